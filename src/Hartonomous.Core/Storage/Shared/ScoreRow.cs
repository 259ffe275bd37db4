using System.Buffers.Binary;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>A row of TensorScores as it is read.</summary>
internal sealed record ScoreRow
{
    public required long TensorAtomId { get; init; }

    public required string Tensor { get; init; }

    public required ContentHash Sha256 { get; init; }

    public required string Method { get; init; }

    public required double Mean { get; init; }

    public required double Total { get; init; }

    public double? Least { get; init; }

    public double? Greatest { get; init; }

    public required long ValueCount { get; init; }

    public required long InvalidCount { get; init; }

    public byte[]? RowMeans { get; init; }

    public required byte[] BlockMeans { get; init; }

    public required string Inputs { get; init; }

    public required string ProductVersion { get; init; }

    public required DateTime ScoredAt { get; init; }

    public StoredScore ToScore() => new()
    {
        TensorAtomId = TensorAtomId,
        Tensor = Tensor,
        Sha256 = Sha256,
        Method = Method,
        Mean = Mean,
        Total = Total,
        Least = Least,
        Greatest = Greatest,
        ValueCount = ValueCount,
        InvalidCount = InvalidCount,
        RowMeans = RowMeans is null ? null : Unpack(RowMeans),
        BlockMeans = Unpack(BlockMeans),
        Inputs = Inputs,
        ProductVersion = ProductVersion,
        ScoredAtUtc = ScoredAt,
    };

    /// <summary>Means as they are kept: float64, little-endian.</summary>
    public static byte[] Pack(IReadOnlyList<double> numbers)
    {
        byte[] bytes = new byte[numbers.Count * sizeof(double)];
        for (int i = 0; i < numbers.Count; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), numbers[i]);
        }

        return bytes;
    }

    private static double[] Unpack(byte[] bytes)
    {
        double[] numbers = new double[bytes.Length / sizeof(double)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)));
        }

        return numbers;
    }
}
