using System.Runtime.InteropServices;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>Values to be sketched, in reach by position; several threads may ask at once.</summary>
internal abstract unsafe class SketchInput
{
    /// <summary>Whether the fold reads the encoding itself; any other is decoded first.</summary>
    public static bool IsDirect(TensorDtype dtype) => dtype is TensorDtype.F32 or TensorDtype.BF16 or TensorDtype.F16;

    /// <summary>Adds values to a part.</summary>
    /// <param name="part">The part.</param>
    /// <param name="start">Position of the first value in the whole input.</param>
    /// <param name="count">Number of values, at most <see cref="SketchPart.ValuesIn"/>.</param>
    /// <param name="firstChunk">The chunk that the first value begins.</param>
    /// <param name="first">Bits of the content's first value.</param>
    public abstract void AddTo(SketchPart part, long start, long count, long firstChunk, uint first);

    /// <summary>Bits of one value; of 0 where it is NaN or infinite.</summary>
    public abstract uint BitsAt(long index);

    /// <summary>Adds values that lie in memory.</summary>
    protected static void Add(SketchPart part, TensorDtype dtype, byte* values, long count, long firstChunk, uint first)
    {
        switch (dtype)
        {
            case TensorDtype.F32:
                part.Add<SingleLoader>(values, count, firstChunk, first);
                break;
            case TensorDtype.BF16:
                part.Add<BFloat16Loader>(values, count, firstChunk, first);
                break;
            default:
                part.Add<HalfLoader>(values, count, firstChunk, first);
                break;
        }
    }

    /// <summary>Bits of a number; of 0 where it is NaN or infinite.</summary>
    protected static uint BitsOf(float value) => float.IsFinite(value) ? BitConverter.SingleToUInt32Bits(value) : 0;

    /// <summary>One value in memory.</summary>
    protected static float One(TensorDtype dtype, byte* value) => dtype switch
    {
        TensorDtype.F32 => SingleLoader.LoadOne(value),
        TensorDtype.BF16 => BFloat16Loader.LoadOne(value),
        _ => HalfLoader.LoadOne(value),
    };
}

/// <summary>Values in memory, in an encoding the fold reads itself. The memory has to stay where it is.</summary>
/// <param name="values">The first value.</param>
/// <param name="dtype">F32, BF16 or F16.</param>
internal sealed unsafe class MemorySketchInput(byte* values, TensorDtype dtype) : SketchInput
{
    private readonly byte* _values = values;
    private readonly int _size = dtype.Layout().Bytes;

    /// <inheritdoc/>
    public override void AddTo(SketchPart part, long start, long count, long firstChunk, uint first) =>
        Add(part, dtype, _values + (start * _size), count, firstChunk, first);

    /// <inheritdoc/>
    public override uint BitsAt(long index) => BitsOf(One(dtype, _values + (index * _size)));
}

/// <summary>The content of a tensor, read in pieces that stay in the processor's cache, and decoded where need be.</summary>
internal sealed unsafe class ContentSketchInput : SketchInput
{
    private readonly ByteSource _content;
    private readonly TensorDtype _dtype;
    private readonly int _dimension;
    private readonly TensorValues? _values;

    /// <summary>Takes over a content; it stays the caller's to dispose.</summary>
    /// <exception cref="Formats.ModelFormatException">The encoding has no decoder, or the content has not the length of the shape.</exception>
    public ContentSketchInput(ByteSource content, TensorDtype dtype, TensorShape shape, SketchConfig config)
    {
        // The values check the length in any case; they decode what the fold cannot read.
        TensorValues values = new(content, dtype, shape);
        _content = content;
        _dtype = dtype;
        _dimension = config.Dimension;
        _values = IsDirect(dtype) ? null : values;
    }

    /// <inheritdoc/>
    public override void AddTo(SketchPart part, long start, long count, long firstChunk, uint first)
    {
        int size = _values is null ? _dtype.Layout().Bytes : sizeof(float);
        long window = SketchPart.ValuesInRun(_dimension);
        byte* buffer = (byte*)NativeMemory.Alloc((nuint)(Math.Min(window, count) * size));
        try
        {
            for (long done = 0; done < count; done += window)
            {
                int values = (int)Math.Min(window, count - done);
                if (_values is null)
                {
                    _content.ReadExactly((start + done) * size, new Span<byte>(buffer, values * size));
                }
                else
                {
                    _values.Read(start + done, new Span<float>(buffer, values));
                }

                Add(part, _values is null ? _dtype : TensorDtype.F32, buffer, values, firstChunk + (done / _dimension), first);
            }
        }
        finally
        {
            NativeMemory.Free(buffer);
        }
    }

    /// <inheritdoc/>
    public override uint BitsAt(long index)
    {
        if (_values is not null)
        {
            float value = 0;
            _values.Read(index, new Span<float>(ref value));
            return BitsOf(value);
        }

        int size = _dtype.Layout().Bytes;
        byte* bytes = stackalloc byte[sizeof(float)];
        _content.ReadExactly(index * size, new Span<byte>(bytes, size));
        return BitsOf(One(_dtype, bytes));
    }
}
