using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Comparison;

/// <summary>Compares one pair of tensors, read side by side in windows of bounded size.</summary>
internal sealed class TensorComparer(ModelSource first, ModelSource second, Action<long> advance, CancellationToken cancellation)
{
    private const int WindowBytes = 1 << 20;
    private const int WindowValues = 1 << 18;
    private const int SampledHeads = 1;

    /// <summary>How much nearer the rows have to be in GGUF's order before that is taken for theirs.</summary>
    private const double ReorderedMargin = 0.05;

    /// <summary>Compares a pair.</summary>
    /// <param name="a">The tensor of the first model.</param>
    /// <param name="b">The tensor of the second model.</param>
    /// <param name="commonName">The name in GGUF's terms that both have, or null.</param>
    public ComparedTensor Compare(TensorInfo a, TensorInfo b, string? commonName)
    {
        ComparedTensor result = new() { First = a, Second = b, Status = TensorStatus.ValueChanged };
        using ByteSource bytesA = first.OpenTensor(a);
        using ByteSource bytesB = second.OpenTensor(b);
        if (a.Dtype == b.Dtype && a.SizeBytes == b.SizeBytes && a.Shape.ElementCount == b.Shape.ElementCount && AreEqual(a, b, bytesA, bytesB))
        {
            TensorStatus status = a.Shape != b.Shape && !AreAlike(a.Shape, b.Shape) ? TensorStatus.Reshaped
                : a.Name == b.Name ? TensorStatus.Identical
                : TensorStatus.Renamed;
            return result with
            {
                Status = status,
                RelativeError = 0,
                Cosine = 1,
                MaxDifference = 0,
                EqualShare = 1,
                ComparedValues = a.Shape.ElementCount,
            };
        }

        CommonPart? part = CommonPart.Find(a.Shape, b.Shape);
        bool isReshaped = a.Shape != b.Shape && !AreAlike(a.Shape, b.Shape);
        result = result with
        {
            Status = isReshaped ? TensorStatus.Reshaped : a.Dtype != b.Dtype ? TensorStatus.DtypeChanged : TensorStatus.ValueChanged,
            Note = !isReshaped ? null
                : part?.Note ?? (CommonPart.IsTransposed(a.Shape.Dimensions, b.Shape.Dimensions)
                    ? "the shapes are each other's transpose; values are not compared"
                    : "the shapes have no common part; values are not compared"),
        };
        if (part is null)
        {
            advance(a.SizeBytes);
            return result;
        }

        if (!isReshaped && HeadOrder.FindHeadRows(first, second, commonName, a.Shape) is { } headRows &&
            TryReordered(a, b, bytesA, bytesB, (int)headRows) is { } reordered)
        {
            ComparedTensor ordered = WithFigures(result, reordered) with
            {
                EqualShare = Share(reordered.Equal, reordered.Count),
                Note = "the rows of each head are compared in GGUF's order",
            };
            bool isSame = a.Dtype == b.Dtype && reordered.Equal == reordered.Count;
            return isSame ? ordered with { Status = TensorStatus.Renamed } : ordered;
        }

        return part.IsOneRun && a.Dtype == b.Dtype && BytesOf(a, b, part) is { } bytes
            ? CompareBytes(result, bytesA, bytesB, part, bytes)
            : CompareValues(result, bytesA, bytesB, part);
    }

    /// <summary>Whether shapes differ in nothing but dimensions of 1.</summary>
    private static bool AreAlike(TensorShape a, TensorShape b) =>
        a.Dimensions.Where(dimension => dimension != 1).SequenceEqual(b.Dimensions.Where(dimension => dimension != 1));

    private static double? Share(long equal, long count) => count == 0 ? null : (double)equal / count;

    private static ComparedTensor WithFigures(ComparedTensor result, DifferenceSums sums) => result with
    {
        RelativeError = sums.RelativeError,
        Cosine = sums.Cosine,
        MaxDifference = sums.MaxDifference,
        ComparedValues = sums.Count,
        NonFinite = sums.NonFinite,
    };

    /// <summary>Bytes of the common part, where whole bytes hold it in both tensors.</summary>
    private static long? BytesOf(TensorInfo a, TensorInfo b, CommonPart part)
    {
        long values = part.Runs().First().Length;
        return values == a.Shape.ElementCount && values == b.Shape.ElementCount ? a.SizeBytes
            : a.Dtype.TryGetByteCount(values, out long bytes) ? bytes
            : null;
    }

    private bool AreEqual(TensorInfo a, TensorInfo b, ByteSource bytesA, ByteSource bytesB)
    {
        if (a.Sha256 is { } hashA && b.Sha256 is { } hashB)
        {
            return hashA == hashB && Tell(a.SizeBytes);
        }

        using Windows windows = new();
        for (long offset = 0; offset < a.SizeBytes;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(WindowBytes, a.SizeBytes - offset);
            bytesA.ReadExactly(offset, windows.A[..count].Span);
            bytesB.ReadExactly(offset, windows.B[..count].Span);
            if (!windows.A[..count].Span.SequenceEqual(windows.B[..count].Span))
            {
                return false;
            }

            offset += count;
        }

        return Tell(a.SizeBytes);
    }

    private bool Tell(long bytes)
    {
        advance(bytes);
        return true;
    }

    private ComparedTensor CompareBytes(ComparedTensor result, ByteSource bytesA, ByteSource bytesB, CommonPart part, long length)
    {
        TensorDtype dtype = result.First!.Dtype;
        long values = part.Runs().First().Length;

        // Complex numbers are pairs of plain ones: their parts are compared, not their magnitudes.
        TensorDtype plain = dtype switch { TensorDtype.C64 => TensorDtype.F32, TensorDtype.C128 => TensorDtype.F64, _ => dtype };
        long plainValues = plain == dtype ? values : values * 2;
        bool canDecode = TensorDecoder.CanDecode(plain);
        BlockLayout layout = plain.Layout();
        int windowBytes = Math.Max(Math.Min(WindowBytes / layout.Bytes, WindowValues / layout.Elements), 1) * layout.Bytes;
        using Windows windows = new(windowBytes);
        float[] valuesA = ArrayPool<float>.Shared.Rent(WindowValues);
        float[] valuesB = ArrayPool<float>.Shared.Rent(WindowValues);
        DifferenceSums sums = new();
        long equal = 0;
        try
        {
            long decoded = 0;
            for (long offset = 0; offset < length;)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = (int)Math.Min(windowBytes, length - offset);
                Span<byte> a = windows.A.Span[..count];
                Span<byte> b = windows.B.Span[..count];
                bytesA.ReadExactly(offset, a);
                bytesB.ReadExactly(offset, b);
                equal += CountEqual(a, b);
                if (canDecode)
                {
                    int taken = (int)Math.Min((long)count / layout.Bytes * layout.Elements, plainValues - decoded);
                    taken = offset + count == length ? (int)(plainValues - decoded) : taken;
                    TensorDecoder.Decode(plain, a, valuesA.AsSpan(0, taken));
                    TensorDecoder.Decode(plain, b, valuesB.AsSpan(0, taken));
                    sums.Add(valuesA.AsSpan(0, taken), valuesB.AsSpan(0, taken));
                    decoded += taken;
                }

                offset += count;
                advance(count);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(valuesA);
            ArrayPool<float>.Shared.Return(valuesB);
        }

        ComparedTensor figures = canDecode ? WithFigures(result, sums) : result with { Note = $"values of {dtype} cannot be decoded" };
        return figures with { ComparedValues = values, EqualShare = Share(equal, length) };
    }

    private ComparedTensor CompareValues(ComparedTensor result, ByteSource bytesA, ByteSource bytesB, CommonPart part)
    {
        TensorInfo a = result.First!;
        TensorInfo b = result.Second!;
        if (!TensorDecoder.CanDecode(a.Dtype) || !TensorDecoder.CanDecode(b.Dtype))
        {
            advance(a.SizeBytes);
            string unknown = $"values of {(TensorDecoder.CanDecode(a.Dtype) ? b.Dtype : a.Dtype)} cannot be decoded";
            return result with { Note = result.Note is null ? unknown : $"{result.Note}; {unknown}" };
        }

        TensorValues valuesA = new(bytesA, a.Dtype, a.Shape);
        TensorValues valuesB = new(bytesB, b.Dtype, b.Shape);
        float[] bufferA = ArrayPool<float>.Shared.Rent(WindowValues);
        float[] bufferB = ArrayPool<float>.Shared.Rent(WindowValues);
        DifferenceSums sums = new();
        try
        {
            foreach ((long startA, long startB, long length) in part.Runs())
            {
                for (long done = 0; done < length;)
                {
                    cancellation.ThrowIfCancellationRequested();
                    int count = (int)Math.Min(WindowValues, length - done);
                    valuesA.Read(startA + done, bufferA.AsSpan(0, count));
                    valuesB.Read(startB + done, bufferB.AsSpan(0, count));
                    sums.Add(bufferA.AsSpan(0, count), bufferB.AsSpan(0, count));
                    done += count;
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(bufferA);
            ArrayPool<float>.Shared.Return(bufferB);
        }

        advance(a.SizeBytes);
        return WithFigures(result, sums) with { EqualShare = Share(sums.Equal, sums.Count) };
    }

    /// <summary>The sums over the heads in GGUF's order, where a sample of them shows that this is how they lie; null otherwise.</summary>
    private DifferenceSums? TryReordered(TensorInfo a, TensorInfo b, ByteSource bytesA, ByteSource bytesB, int headRows)
    {
        long headValues = headRows * a.Shape.RowLength;
        if (headValues is 0 or > (1 << 24) || a.Shape != b.Shape || !TensorDecoder.CanDecode(a.Dtype) || !TensorDecoder.CanDecode(b.Dtype))
        {
            return null;
        }

        TensorValues valuesA = new(bytesA, a.Dtype, a.Shape);
        TensorValues valuesB = new(bytesB, b.Dtype, b.Shape);
        bool isFirstOriginal = first.Metadata.Format != ModelFormat.Gguf;
        float[] headA = new float[headValues];
        float[] headB = new float[headValues];
        float[] reordered = new float[headValues];
        DifferenceSums plain = new();
        DifferenceSums sums = new();
        long heads = a.Shape.RowCount / headRows;
        for (long head = 0; head < heads; head++)
        {
            cancellation.ThrowIfCancellationRequested();
            valuesA.Read(head * headValues, headA);
            valuesB.Read(head * headValues, headB);
            HeadOrder.Reorder(isFirstOriginal ? headA : headB, reordered, headRows);
            sums.Add(isFirstOriginal ? reordered : headA, isFirstOriginal ? headB : reordered);
            if (head < SampledHeads)
            {
                plain.Add(headA, headB);
                if (!((sums.Cosine ?? 0) > (plain.Cosine ?? 0) + ReorderedMargin))
                {
                    return null;
                }
            }
        }

        advance(a.SizeBytes);
        return sums;
    }

    private static long CountEqual(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long equal = 0;
        int i = 0;
        for (; i <= a.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            equal += BitOperations.PopCount(Vector256.Equals(Vector256.Create(a[i..]), Vector256.Create(b[i..])).ExtractMostSignificantBits());
        }

        for (; i < a.Length; i++)
        {
            equal += a[i] == b[i] ? 1 : 0;
        }

        return equal;
    }

    /// <summary>Two buffers from the shared pool.</summary>
    private sealed class Windows(int length = WindowBytes) : IDisposable
    {
        private readonly byte[] _a = ArrayPool<byte>.Shared.Rent(length);
        private readonly byte[] _b = ArrayPool<byte>.Shared.Rent(length);

        public Memory<byte> A => _a;

        public Memory<byte> B => _b;

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_a);
            ArrayPool<byte>.Shared.Return(_b);
        }
    }
}
