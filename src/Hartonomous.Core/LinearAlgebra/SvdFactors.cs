namespace Hartonomous.Core.LinearAlgebra;

/// <summary>The leading part of a singular value decomposition: the matrix is near U diag(S) VT.</summary>
/// <param name="Left">U, [m, r], orthonormal columns.</param>
/// <param name="SingularValues">S, r of them, largest first.</param>
/// <param name="Right">V, [n, r], orthonormal columns.</param>
public sealed record SvdFactors(Matrix Left, IReadOnlyList<double> SingularValues, Matrix Right)
{
    /// <summary>r.</summary>
    public int Rank => SingularValues.Count;

    /// <summary>The leading <paramref name="rank"/> of them.</summary>
    public SvdFactors Truncate(int rank) =>
        rank >= Rank ? this : new SvdFactors(Left.FirstColumns(rank), [.. SingularValues.Take(rank)], Right.FirstColumns(rank));

    /// <summary>U diag(S), [m, r]: with V the product that stands for the matrix.</summary>
    public Matrix ScaledLeft()
    {
        Matrix scaled = new(Left.Rows, Rank);
        for (int i = 0; i < scaled.Values.Length; i++)
        {
            scaled.Values[i] = (float)(Left.Values[i] * SingularValues[i % Rank]);
        }

        return scaled;
    }
}
