using Hartonomous.Core.Models;

namespace Hartonomous.Core.Compression;

/// <summary>The matrix a tensor is taken for.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
internal readonly record struct MatrixShape(long Rows, long Columns)
{
    /// <summary>Widths up to this are those of a kernel that is moved over its input, not of a layer.</summary>
    private const long KernelWidth = 16;

    /// <summary>
    /// Two dimensions as they are. More as for LoRA: the first, the outputs, against all others flattened, which suits convolutions. A stack of
    /// matrices (experts of a layer: three dimensions, the last two too wide for a kernel) has the first two flattened instead.
    /// </summary>
    /// <returns>Null where fewer than two dimensions are longer than 1.</returns>
    public static MatrixShape? Of(TensorShape shape)
    {
        long[] dimensions = [.. shape.Dimensions];
        if (shape.ElementCount == 0 || dimensions.Count(length => length > 1) < 2)
        {
            return null;
        }

        bool isStack = dimensions is [_, > KernelWidth, > KernelWidth];
        long rows = isStack ? dimensions[0] * dimensions[1] : dimensions.First(length => length > 1);
        return new MatrixShape(rows, shape.ElementCount / rows);
    }
}
