using System.Buffers;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Copies what of a model lies outside the store into packs. The payloads' rows take the places of the outside ones.</summary>
internal sealed class InPlaceAbsorption(
    StoreDatabase database, PackFolder packs, TenantScope scope, InPlaceReader reader, IProgress<long>? progress, CancellationToken cancellation)
{
    /// <summary>A chunk is committed once it has so many bytes.</summary>
    private const long CommitBytes = 256L << 20;

    private readonly Dictionary<ContentHash, StagedPayload> _payloads = [];
    private PackWriter? _pack;
    private long _staged;
    private long _atoms;
    private long _bytes;

    public AbsorbSummary Run(long modelId)
    {
        List<(byte[] Hash, long SizeBytes)> atoms;
        using (SqliteConnection connection = database.Connect())
        {
            // In the order of the files, so that a disk is read from front to back.
            atoms = connection.Query<(byte[], long)>(
                $"""
                {InPlaceQueries.ModelAtoms}
                SELECT a.Hash, a.SizeBytes FROM Outside o JOIN Atoms a ON a.AtomId = o.AtomId ORDER BY o.SourceFileId, o.FileOffset
                """,
                new { modelId }).AsList();
        }

        try
        {
            foreach ((byte[] hash, long size) in atoms)
            {
                cancellation.ThrowIfCancellationRequested();
                Copy(new ContentHash(hash), (int)size);
                progress?.Report(size);
                if (_staged >= CommitBytes || _pack is { IsFull: true })
                {
                    Commit();
                }
            }

            Commit();
        }
        finally
        {
            _pack?.Dispose();
        }

        return new AbsorbSummary(_atoms, _bytes);
    }

    private void Copy(ContentHash hash, int size)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            Span<byte> content = buffer.AsSpan(0, size);
            if (reader.Read(hash, content) is not null)
            {
                return; // absorbed by another process meanwhile
            }

            if (size <= StagedPayload.InlineBytes)
            {
                _payloads.Add(hash, StagedPayload.Inline(content));
            }
            else
            {
                _pack ??= PackWriter.Open(database, packs);
                _payloads.Add(hash, StagedPayload.InPack(_pack.PackId, _pack.Append(hash, content), size));
            }

            _staged += size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Commit()
    {
        if (_payloads.Count == 0)
        {
            return;
        }

        _pack?.Flush();
        bool isFull = _pack is { IsFull: true };
        (long atoms, long bytes) = database.Write(connection =>
        {
            if (_pack is not null)
            {
                ChunkWriter.RaisePack(connection, _pack.PackId, _pack.Length, isFull);
            }

            using ChunkWriter chunk = new(connection, scope.Required);
            return chunk.InsertPayloads(_payloads);
        });
        _atoms += atoms;
        _bytes += bytes;
        _payloads.Clear();
        _staged = 0;
        if (isFull)
        {
            _pack!.Dispose();
            _pack = null;
        }
    }
}
