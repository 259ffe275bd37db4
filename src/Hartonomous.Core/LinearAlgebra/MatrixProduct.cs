using System.Runtime.InteropServices;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// Products of dense float32 matrices: both sides packed into panels that fit the caches, sums held in registers
/// (K. Goto, R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34 (3), 2008).
/// </summary>
/// <remarks>
/// An element is the sum of its products in the order of the inner dimension, each added by a fused multiply-add to the sum before it.
/// The result has the same bits whatever the vector width, the number of threads and the sizes of the panels.
/// </remarks>
public static class MatrixProduct
{
    /// <summary>Length of the sums made at once: a panel of the right side then fits the first-level cache beside one of the left.</summary>
    private const int DepthBlock = 256;

    /// <summary>Rows of the left side packed at once: with <see cref="DepthBlock"/>, a good part of a second-level cache.</summary>
    private const int RowBlock = 384;

    /// <summary>Columns of the right side packed at once.</summary>
    private const int ColumnBlock = 3072;

    /// <summary>With so few rows a packed column is used only a few times: it has to come from the second-level cache.</summary>
    private const int FewRows = 192;

    private const int FewRowsColumnBlock = 384;

    /// <summary><paramref name="left"/> times <paramref name="right"/>, each turned first where asked.</summary>
    /// <param name="left">[m, k], or [k, m] where it is turned.</param>
    /// <param name="right">[k, n], or [n, k] where it is turned.</param>
    /// <param name="turnLeft">Whether rows and columns of the left side are exchanged.</param>
    /// <param name="turnRight">Whether rows and columns of the right side are exchanged.</param>
    /// <param name="threads">Threads to use; 0 for one a core.</param>
    /// <returns>[m, n].</returns>
    /// <exception cref="ArgumentException">The inner dimensions differ.</exception>
    public static Matrix Multiply(Matrix left, Matrix right, bool turnLeft = false, bool turnRight = false, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Matrix product = new(turnLeft ? left.Columns : left.Rows, turnRight ? right.Rows : right.Columns);
        Add(left, right, product, turnLeft, turnRight, threads, VectorBits.Hardware);
        return product;
    }

    /// <summary>Adds a product to <paramref name="sum"/>, on vectors of a given width.</summary>
    internal static unsafe void Add(Matrix left, Matrix right, Matrix sum, bool turnLeft, bool turnRight, int threads, int vectorBits)
    {
        int depth = turnLeft ? left.Rows : left.Columns;
        int otherDepth = turnRight ? right.Columns : right.Rows;
        if (depth != otherDepth)
        {
            throw new ArgumentException($"The inner dimensions differ: {depth} and {otherDepth}.", nameof(right));
        }

        if (sum.Values.Length == 0 || depth == 0)
        {
            return;
        }

        int workers = Workers(threads, 2L * sum.Rows * sum.Columns * depth);
        fixed (float* leftData = left.Values, rightData = right.Values, sumData = sum.Values)
        {
            Operand a = new((nint)leftData, left.Columns, turnLeft);
            Operand b = new((nint)rightData, right.Columns, turnRight);
            Panels panels = new(vectorBits);
            nint sums = (nint)sumData;
            int columns = sum.Columns;
            bool splitRows = sum.Rows >= sum.Columns;
            int length = splitRows ? sum.Rows : sum.Columns;
            int unit = splitRows ? panels.Rows : panels.Columns;
            int share = (((length + workers - 1) / workers) + unit - 1) / unit * unit;
            int parts = (length + share - 1) / share;
            void Work(int part)
            {
                int begin = part * share;
                int count = Math.Min(share, length - begin);
                Block block = splitRows ? new(begin, count, 0, columns) : new(0, sum.Rows, begin, count);
                AddBlock(a, b, sums, columns, depth, block, panels);
            }

            if (parts == 1)
            {
                Work(0);
            }
            else
            {
                Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = parts }, Work);
            }
        }
    }

    /// <summary>Below some million operations a thread costs more than it brings.</summary>
    private static int Workers(int threads, long operations) =>
        (int)Math.Clamp(operations / 4_000_000, 1, threads > 0 ? threads : Parallelism.Limit);

    private static unsafe void AddBlock(Operand left, Operand right, nint sums, int stride, int depth, Block block, Panels panels)
    {
        int depthBlock = Math.Min(depth, DepthBlock);
        int rowBlock = Math.Min(RowBlock, RoundUp(block.RowCount, panels.Rows));
        int columnBlock = Math.Min(block.RowCount <= FewRows ? FewRowsColumnBlock : ColumnBlock, RoundUp(block.ColumnCount, panels.Columns));
        float* leftPanels = Allocate((long)rowBlock * depthBlock);
        float* rightPanels = Allocate((long)columnBlock * depthBlock);
        float* edge = Allocate((long)panels.Rows * panels.Columns);
        try
        {
            for (int column = 0; column < block.ColumnCount; column += columnBlock)
            {
                int columns = Math.Min(columnBlock, block.ColumnCount - column);
                for (int k = 0; k < depth; k += depthBlock)
                {
                    int length = Math.Min(depthBlock, depth - k);
                    PackRight(right, rightPanels, k, length, block.Column + column, columns, panels);
                    for (int row = 0; row < block.RowCount; row += rowBlock)
                    {
                        int rows = Math.Min(rowBlock, block.RowCount - row);
                        PackLeft(left, leftPanels, k, length, block.Row + row, rows, panels.Rows);
                        float* corner = (float*)sums + ((nint)(block.Row + row) * stride) + block.Column + column;
                        AddPanels(leftPanels, rightPanels, corner, stride, length, rows, columns, panels, edge);
                    }
                }
            }
        }
        finally
        {
            NativeMemory.AlignedFree(leftPanels);
            NativeMemory.AlignedFree(rightPanels);
            NativeMemory.AlignedFree(edge);
        }
    }

    private static unsafe void AddPanels(
        float* left, float* right, float* sums, int stride, int depth, int rows, int columns, Panels panels, float* edge)
    {
        for (int column = 0; column < columns; column += panels.Columns)
        {
            int width = Math.Min(panels.Columns, columns - column);
            int packed = panels.Width(width);
            for (int row = 0; row < rows; row += panels.Rows)
            {
                int height = Math.Min(panels.Rows, rows - row);
                float* a = left + ((nint)row * depth);
                float* b = right + ((nint)column * depth);
                float* corner = sums + ((nint)row * stride) + column;
                if (height == panels.Rows && width == packed)
                {
                    panels.Add(packed, depth, a, b, corner, stride);
                    continue;
                }

                // A panel that hangs over the matrix' edge is summed beside it: its missing rows and columns are zeros.
                for (int r = 0; r < height; r++)
                {
                    new ReadOnlySpan<float>(corner + ((nint)r * stride), width).CopyTo(new Span<float>(edge + ((nint)r * packed), width));
                }

                panels.Add(packed, depth, a, b, edge, packed);
                for (int r = 0; r < height; r++)
                {
                    new ReadOnlySpan<float>(edge + ((nint)r * packed), width).CopyTo(new Span<float>(corner + ((nint)r * stride), width));
                }
            }
        }
    }

    /// <summary>Packs rows of the left side: [panel, depth, rows of a panel].</summary>
    private static unsafe void PackLeft(Operand left, float* target, int k, int depth, int firstRow, int rows, int panelRows)
    {
        for (int row = 0; row < rows; row += panelRows)
        {
            int height = Math.Min(panelRows, rows - row);
            float* panel = target + ((nint)row * depth);
            if (left.IsTurned)
            {
                PanelPacking.Copy(left.At(firstRow + row, k), left.Stride, panel, panelRows, depth, height, panelRows);
            }
            else
            {
                PanelPacking.Turn(left.At(firstRow + row, k), left.Stride, panel, panelRows, depth, height, panelRows);
            }
        }
    }

    /// <summary>Packs columns of the right side: [panel, depth, columns of a panel].</summary>
    private static unsafe void PackRight(Operand right, float* target, int k, int depth, int firstColumn, int columns, Panels panels)
    {
        for (int column = 0; column < columns; column += panels.Columns)
        {
            int width = Math.Min(panels.Columns, columns - column);
            int packed = panels.Width(width);
            float* panel = target + ((nint)column * depth);
            if (right.IsTurned)
            {
                PanelPacking.Turn(right.At(k, firstColumn + column), right.Stride, panel, packed, depth, width, packed);
            }
            else
            {
                PanelPacking.Copy(right.At(k, firstColumn + column), right.Stride, panel, packed, depth, width, packed);
            }
        }
    }

    private static unsafe float* Allocate(long count) => (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;

    /// <summary>A side of the product: element (row, column) of what is multiplied lies at (column, row) where it is turned.</summary>
    private readonly record struct Operand(nint Data, nint Stride, bool IsTurned)
    {
        public unsafe float* At(int row, int column) => (float*)Data + (IsTurned ? (column * Stride) + row : (row * Stride) + column);
    }

    /// <summary>The part of the product one thread makes.</summary>
    private readonly record struct Block(int Row, int RowCount, int Column, int ColumnCount);
}
