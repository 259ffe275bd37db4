using System.Buffers.Binary;
using System.Security.Cryptography;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// SHA-256 over the coefficients of a composed tensor, in order: of each its ordinal, byte offset and position (five 64-bit integers,
/// little-endian) and its block's hash. The bytes of a tensor prove which blocks it has; only this proves the positions.
/// </summary>
internal sealed class CompositionChecksum : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds the next coefficient.</summary>
    public void Append(long ordinal, long offset, long x, long y, long z, ReadOnlySpan<byte> blockHash)
    {
        Span<byte> row = stackalloc byte[5 * sizeof(long)];
        Span<long> values = [ordinal, offset, x, y, z];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(row[(i * sizeof(long))..], values[i]);
        }

        _hash.AppendData(row);
        _hash.AppendData(blockHash);
    }

    /// <summary>The checksum of what was added; begins anew.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();

    /// <summary>Holds the coefficients of every tensor that has a checksum against it; tensors of stores of the first version have none.</summary>
    public static void CheckAll(SqliteConnection connection, Action<VerifyFinding> report, CancellationToken cancellation)
    {
        using CompositionChecksum checksum = new();
        Row? tensor = null;
        foreach (Row row in connection.Query<Row>(
            """
            SELECT k.AtomId, a.Hash, k.Checksum, c.Ordinal, c.ByteOffset, c.PositionX, c.PositionY, c.PositionZ, b.Hash AS Block
            FROM Compositions k JOIN Atoms a ON a.AtomId = k.AtomId
            JOIN TensorAtomCoefficients c ON c.AtomId = k.AtomId JOIN Atoms b ON b.AtomId = c.BlockAtomId
            ORDER BY k.AtomId, c.Ordinal
            """,
            buffered: false))
        {
            cancellation.ThrowIfCancellationRequested();
            if (row.AtomId != tensor?.AtomId)
            {
                Compare();
                tensor = row;
            }

            checksum.Append(row.Ordinal, row.ByteOffset, row.PositionX, row.PositionY, row.PositionZ, row.Block);
        }

        Compare();

        void Compare()
        {
            if (tensor is not null && !checksum.Finish().AsSpan().SequenceEqual(tensor.Checksum))
            {
                string subject = new ContentHash(tensor.Hash).ToString();
                report(new VerifyFinding(
                    VerifyFindingCodes.TensorBlocks, subject, "its blocks or their positions are not those that were recorded"));
            }
        }
    }

    private sealed record Row
    {
        public required long AtomId { get; init; }

        public required byte[] Hash { get; init; }

        public required byte[] Checksum { get; init; }

        public required long Ordinal { get; init; }

        public required long ByteOffset { get; init; }

        public required long PositionX { get; init; }

        public required long PositionY { get; init; }

        public required long PositionZ { get; init; }

        public required byte[] Block { get; init; }
    }
}
