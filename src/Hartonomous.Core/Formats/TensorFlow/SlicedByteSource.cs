using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// A partitioned tensor in row-major order, read from its slices run by run. A run ends where the slice does in the innermost dimension
/// that
/// it has not the whole of.
/// </summary>
internal sealed class SlicedByteSource : ByteSource
{
    private readonly string _name;
    private readonly TensorShape _shape;
    private readonly int _width;
    private readonly (SliceExtent[] Extents, ByteSource Content, int Cut)[] _slices;
    private int _last;

    /// <summary>Puts slices together that cover the tensor and do not overlap.</summary>
    /// <param name="name">Name of the tensor, for errors.</param>
    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="width">Bytes of a value.</param>
    /// <param name="slices">Start and length of each slice in every dimension, and its content. Not owned.</param>
    public SlicedByteSource(string name, TensorShape shape, int width, IReadOnlyList<(SliceExtent[] Extents, ByteSource Content)> slices)
    {
        _name = name;
        _shape = shape;
        _width = width;
        _slices = [.. slices.Select(slice => (slice.Extents, slice.Content, FindCut(slice.Extents)))];
        Length = shape.ElementCount * width;
    }

    /// <inheritdoc/>
    public override string Name => _name;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => _slices.Select(slice => slice.Content.LastWriteTimeUtc).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override bool HasChanged() => _slices.Any(slice => slice.Content.HasChanged());

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        Span<long> place = stackalloc long[_shape.Rank];
        while (destination.Length > 0)
        {
            long rest = offset / _width;
            for (int d = _shape.Rank - 1; d >= 0; d--)
            {
                (rest, place[d]) = Math.DivRem(rest, _shape.Dimensions[d]);
            }

            (SliceExtent[] extents, ByteSource content, int cut) = Find(place);
            long within = 0;
            long inner = 1;
            long run = 1;
            for (int d = 0; d < extents.Length; d++)
            {
                within = (within * extents[d].Length) + (place[d] - extents[d].Start);
                inner = d > cut ? inner * extents[d].Length : inner;
            }

            if (cut >= 0)
            {
                // What is left of the cut dimension, less what the place has gone into the dimensions within.
                run = ((extents[cut].Start + extents[cut].Length - place[cut]) * inner) - (within % inner);
            }

            long byteInValue = offset % _width;
            int count = (int)Math.Min(destination.Length, (run * _width) - byteInValue);
            content.ReadCore((within * _width) + byteInValue, destination[..count]);
            offset += count;
            destination = destination[count..];
        }
    }

    // The innermost dimension that the slice has not the whole of; the outermost where it has all; -1 for a scalar.
    private int FindCut(SliceExtent[] extents)
    {
        int cut = extents.Length - 1;
        while (cut > 0 && extents[cut].Length == _shape.Dimensions[cut])
        {
            cut--;
        }

        return cut;
    }

    private (SliceExtent[] Extents, ByteSource Content, int Cut) Find(ReadOnlySpan<long> place)
    {
        // Runs of the same slice, or of the next one, mostly follow each other. Threads may disturb one another's guess, not the result.
        int guess = Volatile.Read(ref _last);
        for (int i = 0; i < _slices.Length; i++)
        {
            int index = (guess + i) % _slices.Length;
            if (Holds(_slices[index].Extents, place))
            {
                Volatile.Write(ref _last, index);
                return _slices[index];
            }
        }

        throw new ModelFormatException(TensorFlowErrorCodes.Slices, _name, null, "no slice has a part of the variable");
    }

    private static bool Holds(SliceExtent[] extents, ReadOnlySpan<long> place)
    {
        for (int d = 0; d < extents.Length; d++)
        {
            if (place[d] < extents[d].Start || place[d] - extents[d].Start >= extents[d].Length)
            {
                return false;
            }
        }

        return true;
    }
}
