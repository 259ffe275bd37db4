namespace Hartonomous.Core.LinearAlgebra;

/// <summary>The shape of the packed panels for a vector width, and the kernel that multiplies two of them.</summary>
/// <param name="vectorBits">512, 256, 128, or 0 for the scalar twin.</param>
internal readonly struct Panels(int vectorBits)
{
    private const int ScalarRows = 4;
    private const int ScalarColumns = 12;
    private const int Lanes512 = 16;

    /// <summary>Rows of a panel of the left side.</summary>
    public int Rows { get; } = vectorBits switch
    {
        512 => ProductKernel512.Rows,
        256 => ProductKernel256.Rows,
        128 => ProductKernel128.Rows,
        _ => ScalarRows,
    };

    /// <summary>Columns of a whole panel of the right side.</summary>
    public int Columns { get; } = vectorBits switch
    {
        512 => ProductKernel512.Columns,
        256 => ProductKernel256.Columns,
        128 => ProductKernel128.Columns,
        _ => ScalarColumns,
    };

    /// <summary>Columns a panel is packed to that has <paramref name="columns"/> of its own.</summary>
    public int Width(int columns) => vectorBits == 512 ? (columns + Lanes512 - 1) / Lanes512 * Lanes512 : Columns;

    /// <summary>Adds the product of two panels.</summary>
    /// <param name="width">Columns of the packed right panel.</param>
    /// <param name="depth">Length of the sums.</param>
    /// <param name="left">[depth, Rows].</param>
    /// <param name="right">[depth, width].</param>
    /// <param name="sums">[Rows, width].</param>
    /// <param name="stride">Elements between two rows of <paramref name="sums"/>.</param>
    public unsafe void Add(int width, int depth, float* left, float* right, float* sums, nint stride)
    {
        switch (vectorBits)
        {
            case 512 when width == 3 * Lanes512:
                ProductKernel512.Add48(depth, left, right, sums, stride);
                break;
            case 512 when width == 2 * Lanes512:
                ProductKernel512.Add32(depth, left, right, sums, stride);
                break;
            case 512:
                ProductKernel512.Add16(depth, left, right, sums, stride);
                break;
            case 256:
                ProductKernel256.Add24(depth, left, right, sums, stride);
                break;
            case 128:
                ProductKernel128.Add12(depth, left, right, sums, stride);
                break;
            default:
                AddScalar(depth, left, right, sums, stride);
                break;
        }
    }

    private static unsafe void AddScalar(int depth, float* left, float* right, float* sums, nint stride)
    {
        for (int row = 0; row < ScalarRows; row++)
        {
            for (int column = 0; column < ScalarColumns; column++)
            {
                float sum = sums[(row * stride) + column];
                for (int k = 0; k < depth; k++)
                {
                    sum = MathF.FusedMultiplyAdd(left[(k * ScalarRows) + row], right[(k * ScalarColumns) + column], sum);
                }

                sums[(row * stride) + column] = sum;
            }
        }
    }
}
