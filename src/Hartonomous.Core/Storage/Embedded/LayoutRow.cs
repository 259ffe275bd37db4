using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A row of SVDComponents as it is read, with the hashes of the factors.</summary>
internal sealed record LayoutRow
{
    public const string OfAtom =
        """
        SELECT v.Dtype, v.RowCount, v.ColumnCount, v.Rank, v.FactorDtype, v.BaseDtype, l.BlockAtomId AS LeftId, r.BlockAtomId AS RightId,
               b.BlockAtomId AS BaseId
        FROM SVDComponents v
        JOIN TensorAtomCoefficients l ON l.AtomId = v.AtomId AND l.Ordinal = 0
        JOIN TensorAtomCoefficients r ON r.AtomId = v.AtomId AND r.Ordinal = 1
        LEFT JOIN TensorAtomCoefficients b ON b.AtomId = v.AtomId AND b.Ordinal = 2
        WHERE v.AtomId = @atomId
        """;

    public required string Dtype { get; init; }

    public required long RowCount { get; init; }

    public required long ColumnCount { get; init; }

    public required int Rank { get; init; }

    public required string FactorDtype { get; init; }

    public string? BaseDtype { get; init; }

    public required long LeftId { get; init; }

    public required long RightId { get; init; }

    public long? BaseId { get; init; }

    public FactorLayout Layout => ToLayout(Dtype, RowCount, ColumnCount, Rank, FactorDtype, BaseDtype);

    public static FactorLayout ToLayout(string dtype, long rows, long columns, int rank, string factorDtype, string? baseDtype) => new(
        Enum.Parse<TensorDtype>(dtype),
        rows,
        columns,
        rank,
        Enum.Parse<TensorDtype>(factorDtype),
        baseDtype is null ? null : Enum.Parse<TensorDtype>(baseDtype));
}
