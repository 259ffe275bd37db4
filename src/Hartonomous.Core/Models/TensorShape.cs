using System.Collections.Immutable;
using System.Globalization;

namespace Hartonomous.Core.Models;

/// <summary>
/// The dimensions of a tensor, row-major, outermost first. A scalar has none; a dimension may be 0.
/// Equal when all dimensions are.
/// </summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    private readonly ImmutableArray<long> _dimensions;

    /// <summary>Makes a shape of the given dimensions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative.</exception>
    /// <exception cref="OverflowException">The product of the dimensions exceeds 2^63 - 1.</exception>
    public TensorShape(params ReadOnlySpan<long> dimensions)
    {
        if (!TryCountElements(dimensions, out long elements))
        {
            foreach (long dimension in dimensions)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(dimensions));
            }

            throw new OverflowException("The product of the dimensions exceeds 2^63 - 1.");
        }

        _dimensions = [.. dimensions];
        ElementCount = elements;
    }

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<long> Dimensions => _dimensions.IsDefault ? [] : _dimensions;

    /// <summary>Number of dimensions; 0 for a scalar.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>Product of the dimensions; 1 for a scalar.</summary>
    public long ElementCount { get => _dimensions.IsDefault ? 1 : field; }

    /// <summary>Length of the innermost dimension, the run of values that lie side by side; 1 for a scalar.</summary>
    public long RowLength => Rank == 0 ? 1 : Dimensions[^1];

    /// <summary>Number of rows: all dimensions but the innermost, multiplied; 0 where there are no values, 1 for a scalar.</summary>
    public long RowCount => RowLength == 0 ? 0 : ElementCount / RowLength;

    /// <summary>
    /// Multiplies dimensions that come from a file. Fails, rather than wraps, on a negative dimension and on a product of more
    /// than 2^63 - 1, even where a later dimension is 0.
    /// </summary>
    public static bool TryCountElements(ReadOnlySpan<long> dimensions, out long elements)
    {
        elements = 1;
        UInt128 product = 1;
        bool empty = false;
        foreach (long dimension in dimensions)
        {
            if (dimension < 0)
            {
                return false;
            }

            if (dimension == 0)
            {
                empty = true;
                continue;
            }

            product *= (ulong)dimension;
            if (product > long.MaxValue)
            {
                return false;
            }
        }

        elements = empty ? 0 : (long)product;
        return true;
    }

    /// <summary>Reads what <see cref="ToString"/> writes, with or without brackets and spaces.</summary>
    /// <exception cref="FormatException">The text is not a list of whole numbers whose product is below 2^63.</exception>
    public static TensorShape Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out TensorShape shape) ? shape : throw new FormatException($"'{text}' is not a shape: [4096, 11008] is expected.");
    }

    /// <summary>Reads what <see cref="ToString"/> writes, with or without brackets and spaces.</summary>
    public static bool TryParse(string text, out TensorShape shape)
    {
        ArgumentNullException.ThrowIfNull(text);
        shape = default;
        string inner = text.Trim();
        if (inner is ['[', .. string bracketed, ']'])
        {
            inner = bracketed.Trim();
        }

        string[] parts = inner.Length == 0 ? [] : inner.Split(',');
        long[] dimensions = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out dimensions[i]))
            {
                return false;
            }
        }

        if (!TryCountElements(dimensions, out _))
        {
            return false;
        }

        shape = new TensorShape(dimensions);
        return true;
    }

    /// <summary>As <c>[4096, 11008]</c>; a scalar is <c>[]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", Dimensions)}]";

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (long dimension in Dimensions)
        {
            hash.Add(dimension);
        }

        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same dimensions.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Whether the dimensions differ.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);
}
