using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// How a content is made of two factors: the product of the left one, [<paramref name="Rows"/>, <paramref name="Rank"/>], and the right one,
/// [<paramref name="Rank"/>, <paramref name="Columns"/>], plus the values of a base tensor where there is one, in an encoding.
/// </summary>
/// <param name="Dtype">Encoding of the content: F32, F16 or BF16.</param>
/// <param name="Rows">Rows of the matrix.</param>
/// <param name="Columns">Columns of the matrix.</param>
/// <param name="Rank">Columns of the left factor, rows of the right one.</param>
/// <param name="FactorDtype">Encoding of both factors.</param>
/// <param name="BaseDtype">Encoding of the base's content; null where there is none.</param>
public sealed record FactorLayout(TensorDtype Dtype, long Rows, long Columns, int Rank, TensorDtype FactorDtype, TensorDtype? BaseDtype)
{
    /// <summary>Length of the content in bytes.</summary>
    public long SizeBytes => Dtype.TryGetByteCount(Rows * Columns, out long bytes) ? bytes : 0;
}
