using System.Buffers;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Checks the contents that lie outside the store. Quick: whether each file is there with the length and time it had. Full: every content
/// against its hash, whatever the time says. Only contents in use count. A place that fails is nothing to report where another place holds the content.
/// </summary>
internal sealed class InPlaceCheck(Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation)
{
    /// <summary>How many contents in use lie outside.</summary>
    public static long Count(SqliteConnection connection) => connection.ExecuteScalar<long>(
        "SELECT count(DISTINCT s.AtomId) FROM AtomSources s JOIN Atoms a ON a.AtomId = s.AtomId WHERE a.ReferenceCount > 0");

    private static string? ProblemOf(string path, long size, long ticks, out bool isMissing)
    {
        isMissing = false;
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            DateTime written = File.GetLastWriteTimeUtc(handle);
            return length != size ? $"the file has {length} bytes, it had {size}"
                : written.Ticks != ticks ? $"the file was written to at {written:u}, after it was imported; a full verification reads it"
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            isMissing = true;
            return error is FileNotFoundException or DirectoryNotFoundException
                ? "the file is not there"
                : $"the file cannot be read: {error.Message.TrimEnd('.')}";
        }
    }

    /// <summary>The quick check.</summary>
    public void CheckFiles(SqliteConnection connection)
    {
        List<(long Id, string Path, string Code, string Problem)> bad = [];
        foreach ((long id, string path, long size, long ticks) in connection.Query<(long, string, long, long)>(
            "SELECT SourceFileId, Path, SizeBytes, ModifiedAt FROM SourceFiles ORDER BY Path").AsList())
        {
            cancellation.ThrowIfCancellationRequested();
            if (ProblemOf(path, size, ticks, out bool isMissing) is { } problem)
            {
                bad.Add((id, path, isMissing ? VerifyFindingCodes.InPlaceMissing : VerifyFindingCodes.InPlaceChanged, problem));
            }
        }

        long[] ids = [.. bad.Select(file => file.Id)];
        foreach ((long id, string path, string code, string problem) in bad)
        {
            (long atoms, long bytes) = connection.QuerySingle<(long, long)>(
                """
                SELECT count(*), coalesce(sum(s.StoredBytes), 0) FROM AtomSources s JOIN Atoms a ON a.AtomId = s.AtomId
                WHERE s.SourceFileId = @id AND a.ReferenceCount > 0
                    AND NOT EXISTS (SELECT 1 FROM AtomSources o WHERE o.AtomId = s.AtomId AND o.SourceFileId NOT IN @ids)
                """,
                new { id, ids });
            if (atoms > 0)
            {
                report(new VerifyFinding(code, path, $"{problem}; {atoms} contents of {bytes} bytes, imported in place, lie nowhere else"));
            }
        }
    }

    /// <summary>The full check.</summary>
    public void CheckContents(SqliteConnection connection)
    {
        List<(byte[] Hash, string Path, long Offset, long Size)> places = connection.Query<(byte[], string, long, long)>(
            """
            SELECT a.Hash, f.Path, s.FileOffset, s.StoredBytes
            FROM AtomSources s JOIN Atoms a ON a.AtomId = s.AtomId JOIN SourceFiles f ON f.SourceFileId = s.SourceFileId
            WHERE a.ReferenceCount > 0 ORDER BY s.SourceFileId, s.FileOffset
            """).AsList();
        HashSet<ContentHash> held = [];
        Dictionary<ContentHash, VerifyFinding> lost = [];
        foreach ((byte[] key, string path, long offset, long size) in places)
        {
            cancellation.ThrowIfCancellationRequested();
            ContentHash hash = new(key);
            if (held.Contains(hash))
            {
                continue;
            }

            byte[] buffer = ArrayPool<byte>.Shared.Rent((int)size);
            InPlaceReader.Outcome outcome = InPlaceReader.TryRead(path, offset, hash, buffer.AsSpan(0, (int)size), out string problem);
            ArrayPool<byte>.Shared.Return(buffer);
            progress?.Report(size);
            if (outcome == InPlaceReader.Outcome.Read)
            {
                held.Add(hash);
                lost.Remove(hash);
                continue;
            }

            lost.TryAdd(hash, new VerifyFinding(
                outcome == InPlaceReader.Outcome.Missing ? VerifyFindingCodes.InPlaceMissing : VerifyFindingCodes.InPlaceChanged,
                hash.ToString(),
                $"{size} bytes of {InPlaceReader.DescribeModels(connection, hash)} at {offset} in {path}: {problem}"));
        }

        foreach (VerifyFinding finding in lost.Values)
        {
            report(finding);
        }
    }
}
