using System.Buffers;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>
/// Chooses which weights of a tensor become zero, and writes the tensor with them. Windows of whole rows, or groups, are read in order; of the
/// tensor as a whole only counts are kept. Of equal scores the first are given up.
/// </summary>
internal sealed class TensorMask(ModelTensors model, TensorInfo tensor, ScoreInputs inputs, SparsityPattern pattern, bool byRow, CancellationToken cancellation)
{
    private const int WindowValues = 1 << 20;
    private const int SmallGroup = 16;
    private const int BlockValues = 32;

    private readonly long _rowLength = RowLengthOf(tensor);

    /// <summary>Values that were made zero.</summary>
    public long Masked { get; private set; }

    /// <summary>Values that are zero in the result.</summary>
    public long Zeros { get; private set; }

    /// <summary>
    /// Length of a row: what one output is made from. Convolutions have their inputs in all dimensions but the first; elsewhere it is the
    /// innermost one.
    /// </summary>
    public static long RowLengthOf(TensorInfo tensor) =>
        tensor.LayerType == LayerType.Convolution && tensor.Shape.Rank > 2 && tensor.Shape.Dimensions[0] > 0
            ? tensor.Shape.ElementCount / tensor.Shape.Dimensions[0]
            : Math.Max(1, tensor.Shape.RowLength);

    /// <summary>Whether the values of an encoding are made zero where they stand, so that all others keep their bits.</summary>
    public static bool IsInPlace(TensorDtype dtype) => dtype is TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16 or TensorDtype.F64;

    /// <summary>Writes the masked tensor to a temporary file.</summary>
    /// <param name="dtype">The encoding of the result.</param>
    /// <param name="advance">Told the bytes read, over all passes.</param>
    public SpooledByteSource Write(TensorDtype dtype, Action<long> advance)
    {
        dtype.TryGetByteCount(tensor.Shape.ElementCount, out long length);
        using TensorScoring scoring = new(inputs, tensor, cancellation);
        using ByteSource content = model.Open(tensor);
        TensorValues values = TensorReading.Values(model, tensor, content, ComplexPart.Magnitude);
        Window window = new(values, scoring, WindowLength());
        Action<Window> mask = pattern.Kind switch
        {
            SparsityKind.Grouped => MaskGroups,
            SparsityKind.Rows => RowMask(window, advance),
            _ when byRow => MaskRows,
            _ => TensorWide(window, advance),
        };
        return SpooledByteSource.Write(tensor.Name, length, Runs());

        IEnumerable<ReadOnlyMemory<byte>> Runs()
        {
            foreach (Window filled in Fill(window, advance))
            {
                mask(filled);
                yield return Encode(filled, content, dtype);
            }
        }
    }

    private static void MaskLowest(ReadOnlySpan<float> scores, Span<bool> isMasked, int count)
    {
        if (scores.Length <= SmallGroup)
        {
            MaskLowestOfFew(scores, isMasked, count);
            return;
        }

        (uint Key, int Index)[] order = ArrayPool<(uint, int)>.Shared.Rent(scores.Length);
        try
        {
            for (int i = 0; i < scores.Length; i++)
            {
                order[i] = (ScoreRank.KeyOf(scores[i]), i);
            }

            order.AsSpan(0, scores.Length).Sort();
            for (int i = 0; i < count; i++)
            {
                // What has no score is never given up.
                isMasked[order[i].Index] = order[i].Key != uint.MaxValue;
            }
        }
        finally
        {
            ArrayPool<(uint, int)>.Shared.Return(order);
        }
    }

    /// <summary>As the sort does it, by looking for the lowest again and again.</summary>
    private static void MaskLowestOfFew(ReadOnlySpan<float> scores, Span<bool> isMasked, int count)
    {
        for (; count > 0; count--)
        {
            int lowest = -1;
            uint lowestKey = uint.MaxValue;
            for (int i = 0; i < scores.Length; i++)
            {
                uint key = ScoreRank.KeyOf(scores[i]);
                if (!isMasked[i] && key < lowestKey)
                {
                    (lowest, lowestKey) = (i, key);
                }
            }

            if (lowest < 0)
            {
                return;
            }

            isMasked[lowest] = true;
        }
    }

    /// <summary>Whole rows, or of rows that are longer than a window whole groups.</summary>
    private int WindowLength()
    {
        if (_rowLength <= WindowValues)
        {
            return (int)Math.Max(1, WindowValues / _rowLength * _rowLength);
        }

        if (pattern.Kind == SparsityKind.Unstructured && byRow)
        {
            return _rowLength <= Array.MaxLength / sizeof(double)
                ? (int)_rowLength
                : throw new StoreException(PruneErrorCodes.Sparsity, tensor.Name, $"its rows of {_rowLength} values are too long to be compared by row");
        }

        // Whole groups, and whole blocks of what is written.
        int step = pattern.Kind == SparsityKind.Grouped ? pattern.Group * BlockValues : BlockValues;
        return WindowValues / step * step;
    }

    private IEnumerable<Window> Fill(Window window, Action<long> advance)
    {
        for (long start = 0; start < tensor.Shape.ElementCount;)
        {
            cancellation.ThrowIfCancellationRequested();
            long row = start / _rowLength;
            long end = _rowLength > window.Capacity ? Math.Min((row + 1) * _rowLength, start + window.Capacity) : start + window.Capacity;
            window.Load(start, (int)(Math.Min(end, tensor.Shape.ElementCount) - start));
            advance((long)((double)tensor.SizeBytes / tensor.Shape.ElementCount * window.Count));
            yield return window;
            start += window.Count;
        }
    }

    private static ParallelOptions Threads(CancellationToken cancellation) =>
        new() { CancellationToken = cancellation, MaxDegreeOfParallelism = Parallelism.Limit };

    private void MaskGroups(Window window)
    {
        int row = (int)Math.Min(_rowLength, window.Count);
        Parallel.For(0, (window.Count + row - 1) / row, Threads(cancellation), i =>
        {
            int end = Math.Min((i + 1) * row, window.Count);
            for (int start = i * row; start < end; start += pattern.Group)
            {
                int length = Math.Min(pattern.Group, end - start);
                MaskLowest(window.Scores.AsSpan(start, length), window.IsMasked.AsSpan(start, length), Math.Max(0, length - pattern.Kept));
            }
        });
    }

    private void MaskRows(Window window)
    {
        int row = (int)Math.Min(_rowLength, window.Count);
        Parallel.For(0, window.Count / row, Threads(cancellation), i =>
            MaskLowest(window.Scores.AsSpan(i * row, row), window.IsMasked.AsSpan(i * row, row), (int)(row * pattern.Share)));
    }

    private Action<Window> TensorWide(Window window, Action<long> advance)
    {
        long count = (long)(tensor.Shape.ElementCount * pattern.Share);
        if (count == 0)
        {
            return _ => { };
        }

        ScoreRank rank = new();
        foreach (Window filled in Fill(window, advance))
        {
            rank.CountUpper(filled.Scores.AsSpan(0, filled.Count));
        }

        rank.EndUpper(count);
        foreach (Window filled in Fill(window, advance))
        {
            rank.CountLower(filled.Scores.AsSpan(0, filled.Count));
        }

        (uint key, long ties) = rank.EndLower();
        return filled =>
        {
            for (int i = 0; i < filled.Count; i++)
            {
                uint own = ScoreRank.KeyOf(filled.Scores[i]);
                filled.IsMasked[i] = own != uint.MaxValue && (own < key || (own == key && ties-- > 0));
            }
        };
    }

    private Action<Window> RowMask(Window window, Action<long> advance)
    {
        long rows = tensor.Shape.ElementCount / _rowLength;
        if (rows > TensorScorer.MaxParts)
        {
            throw new StoreException(PruneErrorCodes.Sparsity, tensor.Name, $"it has {rows} rows, at most {TensorScorer.MaxParts} are compared");
        }

        CompensatedSum[] sums = new CompensatedSum[rows];
        foreach (Window filled in Fill(window, advance))
        {
            for (int done = 0; done < filled.Count;)
            {
                (long row, long column) = Math.DivRem(filled.Start + done, _rowLength);
                int count = (int)Math.Min(Math.Min(SummationKernel.MaxLength, _rowLength - column), filled.Count - done);
                sums[row].Add(SummationKernel.Sum(filled.Scores.AsSpan(done, count), 0).Sum);
                done += count;
            }
        }

        HashSet<long> weakest =
            [.. Enumerable.Range(0, (int)rows).OrderBy(row => sums[row].Value).ThenBy(row => row).Take((int)(rows * pattern.Share)).Select(row => (long)row)];
        return filled =>
        {
            for (int i = 0; i < filled.Count; i++)
            {
                filled.IsMasked[i] = weakest.Contains((filled.Start + i) / _rowLength);
            }
        };
    }

    private ReadOnlyMemory<byte> Encode(Window window, ByteSource content, TensorDtype dtype)
    {
        for (int i = 0; i < window.Count; i++)
        {
            Masked += window.IsMasked[i] ? 1 : 0;
            window.Weights[i] = window.IsMasked[i] ? 0 : window.Weights[i];
            Zeros += window.Weights[i] == 0 ? 1 : 0;
        }

        dtype.TryGetByteCount(window.Count, out long length);
        byte[] bytes = new byte[length];
        if (dtype != tensor.Dtype || !IsInPlace(dtype))
        {
            TensorEncoder.Encode(dtype, window.Weights.AsSpan(0, window.Count), bytes);
            return bytes;
        }

        int width = dtype.Layout().Bytes;
        content.ReadExactly(window.Start * width, bytes);
        for (int i = 0; i < window.Count; i++)
        {
            if (window.IsMasked[i])
            {
                bytes.AsSpan(i * width, width).Clear();
            }
        }

        return bytes;
    }

    /// <summary>Consecutive values with their scores, and which of them become zero.</summary>
    private sealed class Window(TensorValues values, TensorScoring scoring, int capacity)
    {
        public int Capacity => capacity;

        public float[] Weights { get; } = new float[capacity];

        public float[] Scores { get; } = new float[capacity];

        public bool[] IsMasked { get; } = new bool[capacity];

        public long Start { get; private set; }

        public int Count { get; private set; }

        public void Load(long start, int count)
        {
            (Start, Count) = (start, count);
            values.Read(start, Weights.AsSpan(0, count));
            scoring.Compute(start, Weights.AsSpan(0, count), Scores);
            Array.Clear(IsMasked);
        }
    }
}
