using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Reads contents from the files outside the store that they lie in, and holds each against its hash.</summary>
/// <remarks>
/// Length and time of a file decide nothing here: a file that was copied back, or touched, still holds what it held, and the hash says so.
/// Files are opened for each read, so that none is kept from being deleted or replaced.
/// </remarks>
internal sealed class InPlaceReader(StoreDatabase database)
{
    private const int ModelsShown = 4;

    /// <summary>Fills <paramref name="destination"/>, which is as long as the content, from the first file that still holds it.</summary>
    /// <returns>Null; or, where the content has got a payload meanwhile and nothing was read, where that lies.</returns>
    /// <exception cref="StoreException">
    /// No file holds it any more: <c>IN_PLACE_SOURCE_MISSING</c> where none is there, else <c>IN_PLACE_SOURCE_CHANGED</c>.
    /// </exception>
    public StoredBlock? Read(ContentHash hash, Span<byte> destination)
    {
        using SqliteConnection connection = database.Connect();
        List<(string Path, long Offset)> places = connection.Query<(string, long)>(
            """
            SELECT f.Path, s.FileOffset
            FROM Atoms a JOIN AtomSources s ON s.AtomId = a.AtomId JOIN SourceFiles f ON f.SourceFileId = s.SourceFileId
            WHERE a.Hash = @hash ORDER BY s.SourceFileId DESC
            """,
            new { hash }).AsList();
        if (places.Count == 0)
        {
            return AtomQuery.Locate(connection, hash) ?? throw new StoreException(
                StoreErrorCodes.StoreCorrupt, hash.ToString(), "the atom has neither a payload nor a place in a file outside the store");
        }

        (string Path, long Offset, string Problem)? changed = null;
        (string Path, string Problem)? missing = null;
        foreach ((string path, long offset) in places)
        {
            switch (TryRead(path, offset, hash, destination, out string problem))
            {
                case Outcome.Read:
                    return null;
                case Outcome.Changed:
                    changed ??= (path, offset, problem);
                    break;
                default:
                    missing ??= (path, problem);
                    break;
            }
        }

        string models = DescribeModels(connection, hash);
        throw changed is { } found
            ? new StoreException(
                StoreErrorCodes.InPlaceSourceChanged,
                found.Path,
                $"{destination.Length} bytes of {models} lay at {found.Offset} when the file was imported in place; {found.Problem}")
            : new StoreException(
                StoreErrorCodes.InPlaceSourceMissing, missing!.Value.Path, $"{models} lies in this file, imported in place; {missing.Value.Problem}");
    }

    /// <summary>What a read of one place came to.</summary>
    internal enum Outcome
    {
        /// <summary>The content is there.</summary>
        Read,

        /// <summary>The file is there, the content is not.</summary>
        Changed,

        /// <summary>The file is not there, or may not be read.</summary>
        Missing,
    }

    /// <summary>Reads one place.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">Where the content begins in it.</param>
    /// <param name="hash">The content's hash.</param>
    /// <param name="destination">Filled; undefined where the content is not there.</param>
    /// <param name="problem">What is wrong, a clause; empty where nothing is.</param>
    public static Outcome TryRead(string path, long offset, ContentHash hash, Span<byte> destination, out string problem)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            for (int done = 0; done < destination.Length;)
            {
                int count = RandomAccess.Read(handle, destination[done..], offset + done);
                if (count == 0)
                {
                    problem = $"it ends at {RandomAccess.GetLength(handle)} now";
                    return Outcome.Changed;
                }

                done += count;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problem = error is FileNotFoundException or DirectoryNotFoundException ? "it is not there" : $"it cannot be read: {error.Message.TrimEnd('.')}";
            return Outcome.Missing;
        }

        ContentHash actual = ContentHash.Of(destination);
        problem = actual == hash ? string.Empty : $"other bytes are there now, with the SHA-256 {actual} where {hash} is expected";
        return actual == hash ? Outcome.Read : Outcome.Changed;
    }

    /// <summary>The models that use a payload, for a message: <c>model a</c>, <c>models a, b</c>.</summary>
    public static string DescribeModels(SqliteConnection connection, ContentHash hash)
    {
        List<string> names = connection.Query<string>(
            """
            WITH Payload AS (SELECT AtomId FROM Atoms WHERE Hash = @hash),
            Used AS (SELECT AtomId FROM Payload UNION SELECT c.AtomId FROM TensorAtomCoefficients c JOIN Payload p ON p.AtomId = c.BlockAtomId)
            SELECT DISTINCT m.Name FROM Used u JOIN TensorAtoms t ON t.AtomId = u.AtomId JOIN Models m ON m.ModelId = t.ModelId
            ORDER BY m.Name LIMIT @limit
            """,
            new { hash, limit = ModelsShown + 1 }).AsList();
        return names.Count switch
        {
            0 => "an unfinished import",
            1 => $"model {names[0]}",
            <= ModelsShown => $"models {string.Join(", ", names)}",
            _ => $"models {string.Join(", ", names.Take(ModelsShown))} and more",
        };
    }
}
