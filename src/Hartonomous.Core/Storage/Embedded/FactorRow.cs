using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A row of TensorFactors as it is read.</summary>
internal sealed record FactorRow
{
    public const string Columns =
        """
        SELECT f.TensorAtomId, t.Name AS Tensor, f.Dtype, f.RowCount, f.ColumnCount, f.Rank, f.FactorDtype, f.BaseDtype, a.Hash, f.FactorBytes,
               f.OriginalHash, f.OriginalDtype, f.OriginalBytes, f.IsDropped, f.RelativeError, f.SpectralError, f.TensorError, f.BaseModel
        FROM TensorFactors f JOIN TensorAtoms t ON t.TensorAtomId = f.TensorAtomId JOIN Models m ON m.ModelId = t.ModelId
        JOIN Atoms a ON a.AtomId = f.AtomId
        """;

    public required long TensorAtomId { get; init; }

    public required string Tensor { get; init; }

    public required string Dtype { get; init; }

    public required long RowCount { get; init; }

    public required long ColumnCount { get; init; }

    public required int Rank { get; init; }

    public required string FactorDtype { get; init; }

    public string? BaseDtype { get; init; }

    public required ContentHash Hash { get; init; }

    public required long FactorBytes { get; init; }

    public required ContentHash OriginalHash { get; init; }

    public required string OriginalDtype { get; init; }

    public required long OriginalBytes { get; init; }

    public required bool IsDropped { get; init; }

    public required double RelativeError { get; init; }

    public required double SpectralError { get; init; }

    public required double TensorError { get; init; }

    public string? BaseModel { get; init; }

    public StoredFactors ToFactors() => new()
    {
        TensorAtomId = TensorAtomId,
        Tensor = Tensor,
        Layout = LayoutRow.ToLayout(Dtype, RowCount, ColumnCount, Rank, FactorDtype, BaseDtype),
        Content = Hash,
        FactorBytes = FactorBytes,
        OriginalHash = OriginalHash,
        OriginalDtype = Enum.Parse<TensorDtype>(OriginalDtype),
        OriginalBytes = OriginalBytes,
        IsDropped = IsDropped,
        Figures = new FactorFigures(RelativeError, SpectralError, TensorError, BaseModel),
    };
}
