using System.Buffers;
using System.Data;
using Dapper;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The content of an atom, read from the server in groups of blocks; every block is held against its hash.</summary>
internal sealed class ServerAtomSource : ByteSource
{
    /// <summary>Payloads that are asked for at once have so many bytes in all, unless one alone has more.</summary>
    private const int GroupBytes = 16 << 20;

    /// <summary>Payloads of up to so many bytes are kept: cut finely, a tensor has few distinct blocks many times over.</summary>
    private const int SmallBytes = 1 << 16;

    private const int KeptBytes = 32 << 20;

    /// <summary>Read from the first byte to the last, so much is asked for at once, and so many times ahead.</summary>
    private const int AheadBytes = 4 << 20;

    private const int Ahead = 2;

    private readonly SqlServerDatabase _database;
    private readonly long? _tenantId;
    private readonly Part[] _parts;
    private readonly long[] _starts;
    private readonly Dictionary<long, byte[]> _kept = [];
    private readonly Lock _gate = new();
    private readonly Queue<Task<byte[]>> _ahead = new();
    private int _keptBytes;
    private bool _isSequential;
    private byte[]? _window;
    private long _windowStart;
    private long _aheadEnd;

    private ServerAtomSource(SqlServerDatabase database, long? tenantId, ContentHash hash, long length, Part[] parts)
    {
        _database = database;
        _tenantId = tenantId;
        Name = hash.ToString();
        Length = length;
        _parts = parts;
        _starts = [.. parts.Select(part => part.ByteOffset)];
        long end = 0;
        foreach (Part part in parts)
        {
            if (part.ByteOffset != end)
            {
                break;
            }

            end += part.SizeBytes;
        }

        if (end != length)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, Name, $"its blocks cover {end} of {length} bytes");
        }
    }

    public override string Name { get; }

    public override long Length { get; }

    /// <summary>An atom of the tenant's, or of any where there is no tenant.</summary>
    /// <exception cref="StoreException">There is no such atom, or parts of it are missing (<c>STORE_CORRUPT</c>).</exception>
    public static ByteSource Open(SqlServerDatabase database, long? tenantId, ContentHash hash)
    {
        ((long? AtomId, long? SizeBytes) atom, Part[] parts, MadeOf? made) = database.Run(tenantId, connection =>
        {
            using SqlMapper.GridReader results = connection.QueryMultiple(
                "dbo.sp_GetAtomParts",
                new { TenantId = tenantId, Hash = hash },
                commandTimeout: SqlServerDatabase.CommandSeconds,
                commandType: CommandType.StoredProcedure);
            return (results.ReadSingle<(long?, long?)>(), results.Read<Part>().ToArray(), results.ReadSingleOrDefault<MadeOf>());
        });
        if (atom.AtomId is null)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, hash.ToString(), "no atom of this hash is stored");
        }

        if (made is not null)
        {
            return new FactoredByteSource(
                hash.ToString(),
                LayoutRow.ToLayout(made.Dtype, made.RowCount, made.ColumnCount, made.Rank, made.FactorDtype, made.BaseDtype),
                Open(database, tenantId, made.LeftHash),
                Open(database, tenantId, made.RightHash),
                made.BaseHash is { } baseHash ? Open(database, tenantId, new ContentHash(baseHash)) : null);
        }

        return parts.Any(part => part.IsFactored == 1)
            ? new ConcatenatedByteSource(hash.ToString(), parts.Select(part => Open(database, tenantId, part.Hash)))
            : new ServerAtomSource(database, tenantId, hash, atom.SizeBytes!.Value, parts);
    }

    /// <summary>What comes next is fetched while the reader works on what it has.</summary>
    internal override void ExpectSingleReading(Slab scratch) => _isSequential = Length > AheadBytes;

    /// <summary>Up to the end of a part, so that none is fetched twice.</summary>
    internal override int WholeRead(long offset, int most)
    {
        if (_isSequential || offset + most >= Length)
        {
            return most;
        }

        int at = Array.BinarySearch(_starts, offset + most);
        return (int)Math.Max(0, _starts[at < 0 ? ~at - 1 : at] - offset);
    }

    protected override void Dispose(bool disposing)
    {
        // A buffer that nobody waits for any more is filled all the same: its connection is in use until then.
        while (disposing && _ahead.TryDequeue(out Task<byte[]>? next))
        {
            next.ContinueWith(
                task => task.Exception?.Handle(_ => true), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait();
        }

        base.Dispose(disposing);
    }

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        // Whoever goes elsewhere after all is served as if nothing had been said.
        _isSequential = _isSequential && offset >= _windowStart && offset <= _windowStart + (_window?.Length ?? 0);
        if (!_isSequential)
        {
            ReadParts(offset, destination);
            return;
        }

        while (destination.Length > 0)
        {
            if (_window is null || offset >= _windowStart + _window.Length)
            {
                NextWindow(offset);
            }

            int within = (int)(offset - _windowStart);
            int count = Math.Min(destination.Length, _window!.Length - within);
            _window.AsSpan(within, count).CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }
    }

    /// <summary>Waits for the next of the buffers that are being filled, and lets another begin.</summary>
    private void NextWindow(long offset)
    {
        _windowStart = offset;
        if (_ahead.Count == 0)
        {
            _aheadEnd = offset;
        }

        while (_ahead.Count <= Ahead && _aheadEnd < Length)
        {
            long start = _aheadEnd;
            _aheadEnd = EndOfWindow(start);
            int count = (int)(_aheadEnd - start);
            _ahead.Enqueue(Task.Run(() =>
            {
                byte[] buffer = GC.AllocateUninitializedArray<byte>(count);
                ReadParts(start, buffer);
                return buffer;
            }));
        }

        _window = _ahead.Dequeue().GetAwaiter().GetResult();
    }

    /// <summary>The end of a part, so that none is fetched twice, about <see cref="AheadBytes"/> behind a start.</summary>
    private long EndOfWindow(long start)
    {
        int at = Array.BinarySearch(_starts, Math.Min(start + AheadBytes, Length));
        long end = at >= 0 ? _starts[at] : _starts[~at - 1];
        if (start + AheadBytes >= Length)
        {
            return Length;
        }

        // One part may be longer than a window.
        return end > start ? end : ~at < _starts.Length ? _starts[~at] : Length;
    }

    private void ReadParts(long offset, Span<byte> destination)
    {
        if (destination.Length == 0)
        {
            return;
        }

        int first = Array.BinarySearch(_starts, offset);
        first = first < 0 ? ~first - 1 : first;
        long end = offset + destination.Length;
        Dictionary<long, List<Part>> wanted = [];
        long groupBytes = 0;
        for (int i = first; i < _parts.Length && _parts[i].ByteOffset < end; i++)
        {
            Part part = _parts[i];
            if (TryGetKept(part.AtomId) is { } kept)
            {
                Place(part, kept, offset, destination);
                continue;
            }

            if (!wanted.TryGetValue(part.AtomId, out List<Part>? places))
            {
                if (groupBytes > 0 && groupBytes + part.SizeBytes > GroupBytes)
                {
                    Fetch(wanted, offset, destination);
                    groupBytes = 0;
                }

                wanted.Add(part.AtomId, places = []);
                groupBytes += part.SizeBytes;
            }

            places.Add(part);
        }

        Fetch(wanted, offset, destination);
    }

    /// <summary>Copies what of a part lies in the range that is read.</summary>
    private static void Place(Part part, ReadOnlySpan<byte> content, long offset, Span<byte> destination)
    {
        long from = Math.Max(part.ByteOffset, offset);
        long to = Math.Min(part.ByteOffset + part.SizeBytes, offset + destination.Length);
        content.Slice((int)(from - part.ByteOffset), (int)(to - from)).CopyTo(destination[(int)(from - offset)..]);
    }

    private byte[]? TryGetKept(long atomId)
    {
        lock (_gate)
        {
            return _kept.GetValueOrDefault(atomId);
        }
    }

    private void Keep(long atomId, ReadOnlySpan<byte> content)
    {
        lock (_gate)
        {
            if (content.Length <= SmallBytes && _keptBytes + content.Length <= KeptBytes && _kept.TryAdd(atomId, content.ToArray()))
            {
                _keptBytes += content.Length;
            }
        }
    }

    /// <summary>Reads the payloads wanted and copies them to their places; the list is empty afterwards.</summary>
    private unsafe void Fetch(Dictionary<long, List<Part>> wanted, long offset, Span<byte> destination)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        // A span cannot go into the lambda that is repeated; its address can, as the caller holds it all the time.
        fixed (byte* start = destination)
        {
            byte* target = start;
            int length = destination.Length;
            _database.Run(_tenantId, connection => Fetch(connection, wanted, offset, new Span<byte>(target, length)));
        }

        wanted.Clear();
    }

    private void Fetch(SqlConnection connection, Dictionary<long, List<Part>> wanted, long offset, Span<byte> destination)
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_ReadPayloads";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.Parameters.Add("@TenantId", SqlDbType.BigInt).Value = (object?)_tenantId ?? DBNull.Value;
        command.Parameters.Add("@AtomIds", SqlDbType.NVarChar, -1).Value = $"[{string.Join(',', wanted.Keys)}]";
        int found = 0;

        // Read on the caller's thread: reading large values asynchronously takes SqlClient many times as long.
        using SqlDataReader reader = command.ExecuteReader(CommandBehavior.SequentialAccess);
        while (reader.Read())
        {
            List<Part> places = wanted[reader.GetInt64(0)];
            int codec = reader.GetInt32(1);
            int length = (int)places[0].SizeBytes;
            byte[] buffer = ArrayPool<byte>.Shared.Rent(length + 1);
            try
            {
                int read = ReadAll(reader, buffer, length + 1);
                Span<byte> content = buffer.AsSpan(0, Math.Min(read, length));
                if (codec != 0 || read != length || ContentHash.Of(content) != places[0].Hash)
                {
                    throw new StoreException(StoreErrorCodes.StoreCorrupt, places[0].Hash.ToString(), "its payload on the server is damaged");
                }

                Keep(places[0].AtomId, content);
                foreach (Part place in places)
                {
                    Place(place, content, offset, destination);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            found++;
        }

        if (found != wanted.Count)
        {
            throw new StoreException(StoreErrorCodes.StoreCorrupt, Name, $"{wanted.Count - found} of its payloads are missing on the server");
        }
    }

    private static int ReadAll(SqlDataReader reader, byte[] buffer, int most)
    {
        int done = 0;
        while (done < most)
        {
            int read = (int)reader.GetBytes(2, done, buffer, done, most - done);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }

    private sealed record Part
    {
        public required long AtomId { get; init; }

        public required ContentHash Hash { get; init; }

        public required long ByteOffset { get; init; }

        public required long SizeBytes { get; init; }

        public required int IsFactored { get; init; }
    }

    /// <summary>How an atom comes from factors.</summary>
    private sealed record MadeOf
    {
        public required string Dtype { get; init; }

        public required long RowCount { get; init; }

        public required long ColumnCount { get; init; }

        public required int Rank { get; init; }

        public required string FactorDtype { get; init; }

        public string? BaseDtype { get; init; }

        public required ContentHash LeftHash { get; init; }

        public required ContentHash RightHash { get; init; }

        public byte[]? BaseHash { get; init; }
    }
}
