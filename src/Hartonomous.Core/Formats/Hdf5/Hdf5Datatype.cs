using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The classes of datatypes (specification, IV.A.2.d).</summary>
internal enum Hdf5TypeClass
{
    Integer = 0,
    Float = 1,
    Time = 2,
    Text = 3,
    BitField = 4,
    Opaque = 5,
    Compound = 6,
    Reference = 7,
    Enumeration = 8,
    VariableLength = 9,
    Array = 10,
    Complex = 11,
}

/// <summary>What a value is.</summary>
/// <param name="Class">Its class.</param>
/// <param name="Size">Length of a value in bytes.</param>
internal sealed record Hdf5Datatype(Hdf5TypeClass Class, int Size)
{
    /// <summary>How tensors name the values, or <see cref="TensorDtype.Unknown"/> where they are no numbers that tensors have.</summary>
    public TensorDtype Dtype { get; init; }

    /// <summary>Byte order of the numbers.</summary>
    public ByteOrder Order { get; init; }

    /// <summary>Of an array, the dimensions; they follow those of the dataset.</summary>
    public long[] ArrayDimensions { get; init; } = [];

    /// <summary>Of a variable-length value, whether it is text.</summary>
    public bool IsVariableText { get; init; }

    /// <summary>What elements of an array or of a variable-length value are, or the values of an enumeration.</summary>
    public Hdf5Datatype? Base { get; init; }
}
