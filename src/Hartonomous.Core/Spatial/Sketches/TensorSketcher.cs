using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>
/// Makes sketches: one pass over the values, any encoding, any shape. A value's bucket and sign follow from its row-major position alone, so
/// names, dimensions and the order of tensors do not matter; sums run in one order whatever the machine, its vectors and the number of threads.
/// </summary>
public sealed unsafe class TensorSketcher
{
    private readonly VectorWidth _width;

    /// <summary>A sketcher of a configuration, the default one where none is given.</summary>
    public TensorSketcher(SketchConfig? config = null)
        : this(config, VectorWidths.Best)
    {
    }

    internal TensorSketcher(SketchConfig? config, VectorWidth width)
    {
        Config = config ?? SketchConfig.Default;
        _width = width;
    }

    /// <summary>The configuration of the sketches.</summary>
    public SketchConfig Config { get; }

    /// <summary>The sketch of numbers in memory, row-major.</summary>
    public Sketch Compute(ReadOnlySpan<float> values)
    {
        fixed (float* first = values)
        {
            return Compute(new MemorySketchInput((byte*)first, TensorDtype.F32), 0, values.Length, 1, CancellationToken.None);
        }
    }

    /// <summary>The sketch of a content in memory.</summary>
    /// <param name="content">Row-major, little-endian, in its stored encoding.</param>
    /// <param name="dtype">How the values are stored.</param>
    /// <param name="shape">The dimensions; only their product counts.</param>
    /// <exception cref="ModelFormatException">The encoding has no decoder, or the content has not the length of the shape.</exception>
    public Sketch Compute(ReadOnlyMemory<byte> content, TensorDtype dtype, TensorShape shape)
    {
        if (!SketchInput.IsDirect(dtype) || content.Length != shape.ElementCount * dtype.Layout().Bytes)
        {
            using MemoryByteSource source = new("tensor", content);
            return Compute(source, dtype, shape);
        }

        fixed (byte* first = content.Span)
        {
            return Compute(new MemorySketchInput(first, dtype), 0, shape.ElementCount, 1, CancellationToken.None);
        }
    }

    /// <summary>The sketch of a tensor's content, which stays the caller's to dispose.</summary>
    /// <param name="content">Row-major, little-endian, in its stored encoding, as <see cref="ModelSource.OpenTensor"/> gives it.</param>
    /// <param name="dtype">How the values are stored.</param>
    /// <param name="shape">The dimensions; only their product counts.</param>
    /// <param name="threads">How many threads to use at most.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ModelFormatException">The encoding has no decoder, or the content has not the length of the shape.</exception>
    public Sketch Compute(ByteSource content, TensorDtype dtype, TensorShape shape, int threads = 1, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return Compute(new ContentSketchInput(content, dtype, shape, Config), 0, shape.ElementCount, threads, cancellation);
    }

    /// <summary>
    /// Sketches of parts of a tensor: rows, heads, blocks. Each is the sketch its part would have as a tensor of its own, so equal
    /// rows of different tensors have equal sketches.
    /// </summary>
    /// <param name="content">Row-major, little-endian, in its stored encoding.</param>
    /// <param name="dtype">How the values are stored.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="rowsPerPart">1 for rows; the rows of a head; any other number for blocks. The last part may have fewer.</param>
    /// <param name="firstRow">Where the first part begins.</param>
    /// <param name="parts">How many parts at most.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>The sketches, one at a time, in the order of the rows.</returns>
    /// <exception cref="ModelFormatException">The encoding has no decoder, or the content has not the length of the shape.</exception>
    public IEnumerable<Sketch> ComputeParts(
        ByteSource content,
        TensorDtype dtype,
        TensorShape shape,
        long rowsPerPart,
        long firstRow = 0,
        long parts = long.MaxValue,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerPart, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        SketchInput input = new ContentSketchInput(content, dtype, shape, Config);
        return Enumerate();

        IEnumerable<Sketch> Enumerate()
        {
            for (long row = firstRow, part = 0; row < shape.RowCount && part < parts; row += rowsPerPart, part++)
            {
                long rows = Math.Min(rowsPerPart, shape.RowCount - row);
                yield return Compute(input, row * shape.RowLength, rows * shape.RowLength, 1, cancellation);
            }
        }
    }

    private Sketch Compute(SketchInput input, long start, long count, int threads, CancellationToken cancellation)
    {
        long size = SketchPart.ValuesIn(Config);
        long parts = (count + size - 1) / size;
        SketchTotal total = new(Config);
        uint first = count > 0 ? input.BitsAt(start) : 0;
        SketchPart[] wave = [.. Enumerable.Range(0, (int)Math.Min(parts, threads)).Select(_ => new SketchPart(Config, _width))];
        for (long done = 0; done < parts; done += wave.Length)
        {
            int inWave = (int)Math.Min(wave.Length, parts - done);
            if (inWave == 1)
            {
                cancellation.ThrowIfCancellationRequested();
                AddPart(wave[0], done);
            }
            else
            {
                ParallelWork.ForEach(Enumerable.Range(0, inWave), i => AddPart(wave[i], done + i), cancellation);
            }

            // In the order of the parts, whichever was ready first.
            for (int i = 0; i < inWave; i++)
            {
                total.Add(wave[i]);
            }
        }

        return total.ToSketch(count);

        void AddPart(SketchPart part, long number)
        {
            part.Reset();
            input.AddTo(part, start + (number * size), Math.Min(size, count - (number * size)), number * (size / Config.Dimension), first);
        }
    }
}
