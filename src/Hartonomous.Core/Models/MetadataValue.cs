using System.Globalization;

namespace Hartonomous.Core.Models;

/// <summary>
/// One value of a model's metadata: a scalar (<see cref="bool"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="float"/>,
/// <see cref="double"/>, <see cref="string"/>) or an array of scalars. Of a long array only the first
/// <see cref="MaxItems"/> elements are kept in memory; <see cref="Count"/> tells its true length.
/// </summary>
public sealed class MetadataValue
{
    /// <summary>The number of elements kept of an array.</summary>
    public const int MaxItems = 256;

    private MetadataValue(string type, object? scalar, IReadOnlyList<object>? items, long count)
    {
        Type = type;
        Scalar = scalar;
        Items = items;
        Count = count;
    }

    /// <summary>The type's name in the format (<c>UINT32</c>, <c>STRING</c>); of an array, the type of its elements.</summary>
    public string Type { get; }

    /// <summary>Whether this is an array.</summary>
    public bool IsArray => Items is not null;

    /// <summary>The value of a scalar; null for an array.</summary>
    public object? Scalar { get; }

    /// <summary>The first elements of an array, <see cref="MaxItems"/> at most; null for a scalar.</summary>
    public IReadOnlyList<object>? Items { get; }

    /// <summary>The length of an array in the file; 1 for a scalar.</summary>
    public long Count { get; }

    /// <summary>Whether <see cref="Items"/> holds the whole array.</summary>
    public bool IsComplete => Items is null || Items.Count == Count;

    /// <summary>Makes a scalar.</summary>
    public static MetadataValue Of(string type, object scalar)
    {
        ArgumentNullException.ThrowIfNull(scalar);
        return new(type, scalar, null, 1);
    }

    /// <summary>Makes a string.</summary>
    public static MetadataValue Of(string text) => Of("STRING", text);

    /// <summary>
    /// Makes an array of which <paramref name="items"/> are the first elements; those beyond <see cref="MaxItems"/> are left out.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more items than <paramref name="count"/>.</exception>
    public static MetadataValue Array(string elementType, IReadOnlyList<object> items, long count)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, items.Count);
        return new(elementType, null, items.Count <= MaxItems ? items : [.. items.Take(MaxItems)], count);
    }

    /// <inheritdoc/>
    public override string ToString() => Items is null
        ? Convert.ToString(Scalar, CultureInfo.InvariantCulture) ?? string.Empty
        : $"{Type}[{Count}]";
}
