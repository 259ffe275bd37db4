using System.Buffers;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>
/// Goes over the values of a tensor in chunks of <see cref="ValueAccumulator.ChunkLength"/>. The content is read from front to back, as
/// compressed content has to be, while the chunks before are decoded and worked on by the other cores; results come in the order of the
/// chunks. Memory is bounded: one chunk for each core and one more.
/// </summary>
internal static class ValueChunks
{
    /// <summary>What is done with the values of a chunk, on any thread.</summary>
    /// <param name="start">Which value of the tensor is the first.</param>
    /// <param name="values">The values, only lent.</param>
    public delegate T Work<out T>(long start, ReadOnlySpan<float> values);

    /// <summary>Works on a range of values.</summary>
    /// <param name="values">The tensor; its encoding has been found to be one that can be decoded.</param>
    /// <param name="content">Its content.</param>
    /// <param name="start">The first value.</param>
    /// <param name="count">How many.</param>
    /// <param name="work">What to do.</param>
    /// <param name="advance">Told the bytes read, on the calling thread.</param>
    /// <param name="cancellation">Ends it.</param>
    public static IEnumerable<T> Select<T>(
        TensorValues values, ByteSource content, long start, long count, Work<T> work, Action<long> advance, CancellationToken cancellation)
    {
        Queue<Task<T>> running = new();
        try
        {
            for (long end = start + count; start < end;)
            {
                cancellation.ThrowIfCancellationRequested();
                Chunk chunk = new(values, start, end);
                byte[] bytes = ArrayPool<byte>.Shared.Rent(chunk.ByteCount);
                content.ReadExactly(chunk.ByteOffset, bytes.AsSpan(0, chunk.ByteCount));
                running.Enqueue(Task.Run(() => Decode(values, chunk, bytes, work), CancellationToken.None));
                start = chunk.End;
                advance(chunk.ByteCount);
                if (running.Count >= Parallelism.Limit)
                {
                    yield return running.Dequeue().GetAwaiter().GetResult();
                }
            }

            while (running.TryDequeue(out Task<T>? next))
            {
                yield return next.GetAwaiter().GetResult();
            }
        }
        finally
        {
            // Where the caller stops, or one failed: nothing goes on behind its back.
            Task.WhenAll(running).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }

    private static T Decode<T>(TensorValues values, Chunk chunk, byte[] bytes, Work<T> work)
    {
        float[] decoded = ArrayPool<float>.Shared.Rent(chunk.ValueCount);
        try
        {
            TensorDecoder.Decode(values.Dtype, bytes.AsSpan(0, chunk.ByteCount), decoded.AsSpan(0, chunk.ValueCount), values.Part);
            return work(chunk.Start, decoded.AsSpan(chunk.Skipped, chunk.ValueCount - chunk.Skipped - chunk.Dropped));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<float>.Shared.Return(decoded);
        }
    }

    /// <summary>Where a chunk lies: whole blocks around the values that are wanted.</summary>
    private readonly struct Chunk
    {
        public Chunk(TensorValues values, long start, long limit)
        {
            BlockLayout layout = values.Dtype.Layout();
            long first = start / layout.Elements * layout.Elements;
            Start = start;
            End = Math.Min(limit, first + ValueAccumulator.ChunkLength);
            long last = Math.Min(values.Count, (End + layout.Elements - 1) / layout.Elements * layout.Elements);
            Skipped = (int)(start - first);
            Dropped = (int)(last - End);
            ValueCount = (int)(last - first);
            ByteOffset = first / layout.Elements * layout.Bytes;
            values.Dtype.TryGetPackedByteCount(ValueCount, out long bytes);
            ByteCount = (int)bytes;
        }

        /// <summary>The first value wanted.</summary>
        public long Start { get; }

        /// <summary>The value behind the last one wanted.</summary>
        public long End { get; }

        public int Skipped { get; }

        public int Dropped { get; }

        public int ValueCount { get; }

        public long ByteOffset { get; }

        public int ByteCount { get; }
    }
}
