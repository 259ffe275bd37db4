namespace Hartonomous.Core.LinearAlgebra;

/// <summary>A dense matrix of float32, row-major without gaps.</summary>
public sealed class Matrix
{
    /// <summary>Most elements a matrix may have: the longest array of float32 the runtime allows.</summary>
    public const long MaxElements = 0x7FFF_FFC7;

    /// <summary>A matrix of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is negative, or the product of the sides exceeds <see cref="MaxElements"/>.</exception>
    public Matrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)rows * columns, MaxElements, nameof(rows));
        Rows = rows;
        Columns = columns;
        Values = new float[(long)rows * columns];
    }

    /// <summary>A matrix over an array, which it keeps.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="values">Row-major; exactly <paramref name="rows"/> times <paramref name="columns"/> elements.</param>
    /// <exception cref="ArgumentException">The array has another length.</exception>
    public Matrix(int rows, int columns, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.LongLength != (long)rows * columns)
        {
            throw new ArgumentException($"A matrix of {rows} x {columns} has {(long)rows * columns} elements, the array {values.LongLength}.", nameof(values));
        }

        Rows = rows;
        Columns = columns;
        Values = values;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>The elements, row-major.</summary>
    public float[] Values { get; }

    /// <summary>An element.</summary>
    public float this[int row, int column]
    {
        get => Values[((long)row * Columns) + column];
        set => Values[((long)row * Columns) + column] = value;
    }

    /// <summary>A row.</summary>
    public Span<float> Row(int row) => Values.AsSpan(checked((int)((long)row * Columns)), Columns);

    /// <summary>The first <paramref name="count"/> columns, copied.</summary>
    public Matrix FirstColumns(int count)
    {
        Matrix part = new(Rows, count);
        for (int row = 0; row < Rows; row++)
        {
            Row(row)[..count].CopyTo(part.Row(row));
        }

        return part;
    }

    /// <summary>The first <paramref name="count"/> rows, copied.</summary>
    public Matrix FirstRows(int count) => new(count, Columns, Values.AsSpan(0, count * Columns).ToArray());

    /// <summary>Rows as columns.</summary>
    public unsafe Matrix Transpose()
    {
        const int Tile = 64;
        Matrix turned = new(Columns, Rows);
        fixed (float* source = Values, target = turned.Values)
        {
            for (int row = 0; row < Rows; row += Tile)
            {
                int rows = Math.Min(Tile, Rows - row);
                for (int column = 0; column < Columns; column += Tile)
                {
                    float* corner = source + ((nint)row * Columns) + column;
                    PanelPacking.Turn(corner, Columns, target + ((nint)column * Rows) + row, Rows, Math.Min(Tile, Columns - column), rows, rows);
                }
            }
        }

        return turned;
    }
}
