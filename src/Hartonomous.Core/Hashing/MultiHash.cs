using System.Buffers.Binary;
using System.Security.Cryptography;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Hashing;

/// <summary>
/// SHA-256 of many messages, as many side by side in one core as its vectors have words. A single SHA-256 is a chain in which every step
/// waits for the one before, so that most of a core idles; independent messages fill it.
/// </summary>
internal static class MultiHash
{
    /// <summary>How much faster full lanes are than one message after the other by the platform, as it was measured.</summary>
    private const double LaneGain = 2.7;

    /// <summary>Computes the hash of each message.</summary>
    /// <param name="messages">The messages, of any lengths.</param>
    /// <param name="workers">Threads that may work at it, at least 1.</param>
    public static void HashAll(IReadOnlyList<HashMessage> messages, int workers) => HashAll(messages, workers, Sha256Widths.Fastest);

    /// <inheritdoc cref="HashAll(IReadOnlyList{HashMessage}, int)"/>
    /// <param name="messages">The messages, of any lengths.</param>
    /// <param name="workers">Threads that may work at it, at least 1.</param>
    /// <param name="width">The width to use, which the processor has to have.</param>
    public static void HashAll(IReadOnlyList<HashMessage> messages, int workers, Sha256Width width)
    {
        // The longest first: a lane that is left with a long message when the others have run dry wastes the core.
        HashMessage[] queue = [.. messages.OrderByDescending(message => message.Length)];
        int single = width == Sha256Width.Platform ? queue.Length : CountSingle(queue, workers * (int)width);
        int singleTaken = 0;
        int laneTaken = single;
        workers = Math.Clamp(queue.Length, 1, workers);
        if (workers == 1)
        {
            Work();
        }
        else
        {
            Parallel.For(0, workers, new ParallelOptions { MaxDegreeOfParallelism = workers }, _ => Work());
        }

        void Work()
        {
            for (int i; (i = Interlocked.Increment(ref singleTaken) - 1) < single;)
            {
                queue[i].Hash = HashOne(queue[i]);
            }

            if (single < queue.Length)
            {
                RunLanes(() => Interlocked.Increment(ref laneTaken) - 1 is int i && i < queue.Length ? queue[i] : null, width);
            }
        }
    }

    /// <summary>
    /// How many of the longest messages are better hashed one after the other, because the rest is too short to keep the other lanes
    /// at work for as long.
    /// </summary>
    private static int CountSingle(HashMessage[] queue, int lanes)
    {
        double rest = queue.Sum(message => (double)message.Length);
        double alone = 0;
        double best = double.MaxValue;
        int count = 0;
        for (int i = 0; i <= queue.Length; i++)
        {
            double longest = i < queue.Length ? queue[i].Length : 0;
            double time = alone + (Math.Max(longest * lanes, rest) / LaneGain);
            if (time < best)
            {
                (best, count) = (time, i);
            }

            if (longest * lanes <= rest)
            {
                break; // from here on the lanes stay full whatever is taken off
            }

            alone += longest;
            rest -= longest;
        }

        return count;
    }

    private static ContentHash HashOne(HashMessage message)
    {
        if (message.Parts.Count == 1)
        {
            return ContentHash.Of(message.Parts[0].Span);
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> part in message.Parts)
        {
            hash.AppendData(part.Span);
        }

        Span<byte> digest = stackalloc byte[ContentHash.Size];
        hash.GetHashAndReset(digest);
        return new ContentHash(digest);
    }

    /// <summary>Runs messages through the lanes of one core until there are no more.</summary>
    private static unsafe void RunLanes(Func<HashMessage?> next, Sha256Width width)
    {
        int count = (int)width;
        uint* state = stackalloc uint[Sha256Constants.StateWords * count];
        byte** positions = stackalloc byte*[count];
        Sha256Lane[] lanes = new Sha256Lane[count];
        try
        {
            for (int i = 0; i < count; i++)
            {
                lanes[i] = new Sha256Lane();
                Begin(i, next());
            }

            while (FindStep(lanes, positions) is long blocks and > 0)
            {
                if (width == Sha256Width.Lanes16)
                {
                    Sha256Lanes16.Compress(state, positions, blocks);
                }
                else
                {
                    Sha256Lanes8.Compress(state, positions, blocks);
                }

                for (int i = 0; i < count; i++)
                {
                    if (lanes[i].Message is { } message && !lanes[i].Advance(blocks))
                    {
                        message.Hash = Digest(state + i, count);
                        Begin(i, next());
                    }
                }
            }
        }
        finally
        {
            foreach (Sha256Lane lane in lanes)
            {
                lane?.Dispose();
            }
        }

        void Begin(int lane, HashMessage? message)
        {
            lanes[lane].Begin(message);
            for (int word = 0; word < Sha256Constants.StateWords; word++)
            {
                state[(word * count) + lane] = Sha256Constants.InitialState[word];
            }
        }
    }

    /// <summary>Where each lane stands, and how many blocks all of them can go; 0 where all are idle. Idle lanes follow a busy one.</summary>
    private static unsafe long FindStep(Sha256Lane[] lanes, byte** positions)
    {
        Sha256Lane? busy = Array.Find(lanes, lane => lane.Message is not null);
        if (busy is null)
        {
            return 0;
        }

        long blocks = busy.Blocks;
        for (int i = 0; i < lanes.Length; i++)
        {
            Sha256Lane lane = lanes[i].Message is null ? busy : lanes[i];
            positions[i] = lane.Position;
            blocks = Math.Min(blocks, lane.Blocks);
        }

        return blocks;
    }

    private static unsafe ContentHash Digest(uint* state, int lanes)
    {
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        for (int word = 0; word < Sha256Constants.StateWords; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(word * sizeof(uint))..], state[word * lanes]);
        }

        return new ContentHash(digest);
    }
}
