using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>A dataset of numbers: all that it takes to read its values.</summary>
/// <param name="Path">Names of the links from the root to it, with <c>/</c> between them.</param>
/// <param name="Dtype">What its values are.</param>
/// <param name="Order">Their byte order.</param>
/// <param name="ElementSize">Length of a value in bytes; of an array type, of the whole array.</param>
/// <param name="Dimensions">Its own dimensions.</param>
/// <param name="Shape">Its dimensions, and those of the array that each value is.</param>
/// <param name="Layout">Where the values lie.</param>
internal sealed record Hdf5Dataset(
    string Path, TensorDtype Dtype, ByteOrder Order, int ElementSize, Hdf5Dataspace Dimensions, TensorShape Shape, Hdf5Layout Layout)
{
    /// <summary>What chunks went through before they were stored.</summary>
    public Hdf5Filter[] Filters { get; init; } = [];

    /// <summary>What values are that were never written, in <see cref="Order"/>; zeros where null.</summary>
    public byte[]? Fill { get; init; }

    /// <summary>Length of all values in bytes.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Whether the values lie in the file in one run.</summary>
    public bool IsContiguous { get; init; }

    /// <summary>
    /// Where in the file the values begin, or the index of the chunks, or, where nothing was written, the dataset's header.
    /// </summary>
    public long Offset { get; init; }
}
