using System.Buffers;
using System.Runtime.ExceptionServices;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Core.Quantization;

/// <summary>
/// The values of a tensor as float32, any range of them, decoded as they are read: a tensor of any size takes a small buffer. May be used
/// on several threads at once.
/// </summary>
public sealed class TensorValues
{
    /// <summary>Bytes that are read at once: small enough to stay in the second-level cache between reading and decoding.</summary>
    private const int WindowBytes = 256 * 1024;

    /// <summary>Values that a core decodes at a time: 1 MiB of them.</summary>
    private const int PieceValues = 256 * 1024;

    private readonly ByteSource _content;
    private readonly DecodeKernel _kernel;

    /// <summary>Takes the content of a tensor, which stays the caller's to dispose.</summary>
    /// <param name="content">Row-major, little-endian, in its stored encoding, as <see cref="ModelSource.OpenTensor"/> gives it.</param>
    /// <param name="dtype">How the values are stored.</param>
    /// <param name="shape">The dimensions of the tensor.</param>
    /// <param name="part">What complex numbers decode to.</param>
    /// <exception cref="ModelFormatException">
    /// The encoding has no decoder (<c>DECODE_UNSUPPORTED</c>), the values do not fill whole blocks (<c>DECODE_MISALIGNED</c>), or the content
    /// is shorter (<c>DECODE_TRUNCATED</c>) or longer (<c>DECODE_TOO_LONG</c>) than they take.
    /// </exception>
    public TensorValues(ByteSource content, TensorDtype dtype, TensorShape shape, ComplexPart part = ComplexPart.Magnitude)
    {
        ArgumentNullException.ThrowIfNull(content);
        _kernel = TensorDecoder.KernelFor(dtype, part, content.Name);
        TensorDecoder.CheckLength(dtype, shape.ElementCount, content.Length, content.Name);
        _content = content;
        Dtype = dtype;
        Shape = shape;
        Part = part;
    }

    /// <summary>How the values are stored.</summary>
    public TensorDtype Dtype { get; }

    /// <summary>The dimensions of the tensor.</summary>
    public TensorShape Shape { get; }

    /// <summary>What complex numbers decode to.</summary>
    public ComplexPart Part { get; }

    /// <summary>Number of values.</summary>
    public long Count => Shape.ElementCount;

    /// <summary>Decodes the values from <paramref name="start"/> on, row-major, as many as <paramref name="destination"/> takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches outside the tensor.</exception>
    /// <exception cref="ModelFormatException">The content ended early (<c>FILE_TRUNCATED</c>), or is refused by its reader.</exception>
    public void Read(long start, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Count - start, nameof(destination));
        BlockLayout layout = _kernel.Layout;
        int windowBlocks = WindowBytes / layout.Bytes;
        long neededBlocks = ((start % layout.Elements) + destination.Length + layout.Elements - 1) / layout.Elements;
        byte[] window = ArrayPool<byte>.Shared.Rent((int)Math.Min(neededBlocks, windowBlocks) * layout.Bytes);
        try
        {
            while (destination.Length > 0)
            {
                int skipped = (int)(start % layout.Elements);
                int taken = (int)Math.Min(destination.Length, ((long)windowBlocks * layout.Elements) - skipped);
                if (skipped > 0)
                {
                    taken = Math.Min(taken, layout.Elements - skipped);
                }

                ReadWithin(start - skipped, skipped, destination[..taken], window);
                start += taken;
                destination = destination[taken..];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    /// <summary>As <see cref="Read(long, Span{float})"/>, on all cores.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range reaches outside the tensor.</exception>
    /// <exception cref="ModelFormatException">The content ended early (<c>FILE_TRUNCATED</c>), or is refused by its reader.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void ReadParallel(long start, Memory<float> destination, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, Count - start, nameof(destination));
        // Pieces begin at multiples of their length in the tensor, and so with a block.
        long first = start / PieceValues;
        long last = (start + destination.Length + PieceValues - 1) / PieceValues;
        try
        {
            Parallel.For(
                first,
                last,
                new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Parallelism.Limit },
                piece =>
                {
                    long from = Math.Max(start, piece * PieceValues);
                    long to = Math.Min(start + destination.Length, (piece + 1) * PieceValues);
                    Read(from, destination.Span[(int)(from - start)..(int)(to - start)]);
                });
        }
        catch (AggregateException errors)
        {
            ExceptionDispatchInfo.Throw(errors.InnerExceptions[0]);
        }
    }

    /// <summary>
    /// Decodes values from the block at <paramref name="blockStart"/> on, without its first <paramref name="skipped"/>; where some are
    /// skipped, all values are in that block.
    /// </summary>
    private void ReadWithin(long blockStart, int skipped, Span<float> destination, byte[] window)
    {
        BlockLayout layout = _kernel.Layout;
        long offset = blockStart / layout.Elements * layout.Bytes;
        int blocks = (skipped + destination.Length + layout.Elements - 1) / layout.Elements;
        Span<byte> bytes = window.AsSpan(0, (int)Math.Min((long)blocks * layout.Bytes, _content.Length - offset));
        _content.ReadExactly(offset, bytes);
        if (skipped == 0)
        {
            TensorDecoder.DecodeWhole(_kernel, bytes, destination, DecodeKernel.HardwareWidth);
            return;
        }

        Span<float> block = stackalloc float[skipped + destination.Length];
        TensorDecoder.DecodeWhole(_kernel, bytes, block, DecodeKernel.HardwareWidth);
        block[skipped..].CopyTo(destination);
    }
}
