namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The part of one dimension that a slice has.</summary>
/// <param name="Start">Its first index.</param>
/// <param name="Length">How many; <see cref="Full"/> for the whole dimension.</param>
internal readonly record struct SliceExtent(long Start, long Length)
{
    /// <summary>The length that stands for a whole dimension.</summary>
    public const long Full = -1;
}
