namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>How the chunks of a dataset lie over it: the last one of a dimension may reach out of the dataset.</summary>
internal sealed class Hdf5ChunkGrid
{
    public Hdf5ChunkGrid(Hdf5Dataset dataset)
    {
        Dimensions = dataset.Dimensions.Dimensions;
        Chunk = dataset.Layout.ChunkDimensions;
        ElementSize = dataset.ElementSize;
        Counts = [.. Dimensions.Zip(Chunk, CountOf)];
        MaximumCounts = [.. dataset.Dimensions.Maximum.Zip(Chunk, (length, chunk) => length < 0 ? -1 : CountOf(length, chunk))];
        Count = Counts.Aggregate((UInt128)1, (product, count) => product > long.MaxValue ? product : product * (ulong)count);
        ChunkBytes = Chunk.Aggregate((long)ElementSize, (product, length) => product * length);
    }

    /// <summary>Lengths of the dataset.</summary>
    public long[] Dimensions { get; }

    /// <summary>Lengths of a chunk.</summary>
    public long[] Chunk { get; }

    /// <summary>Chunks in each dimension.</summary>
    public long[] Counts { get; }

    /// <summary>Chunks in each dimension once it has its greatest length; -1 without bound.</summary>
    public long[] MaximumCounts { get; }

    /// <summary>Number of chunks; capped where it exceeds 2^63.</summary>
    public UInt128 Count { get; }

    /// <summary>Length of a value in bytes.</summary>
    public int ElementSize { get; }

    /// <summary>Length of a chunk in bytes.</summary>
    public long ChunkBytes { get; }

    /// <summary>The row-major number of a chunk.</summary>
    public long NumberOf(ReadOnlySpan<long> chunk)
    {
        long number = 0;
        for (int i = 0; i < chunk.Length; i++)
        {
            number = (number * Counts[i]) + chunk[i];
        }

        return number;
    }

    /// <summary>Whether a chunk reaches out of the dataset.</summary>
    public bool IsPartial(ReadOnlySpan<long> chunk)
    {
        for (int i = 0; i < chunk.Length; i++)
        {
            if (Dimensions[i] - (chunk[i] * Chunk[i]) < Chunk[i])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The next chunk, the last dimension of <paramref name="order"/> changing fastest; false after the last one.</summary>
    public bool Advance(Span<long> chunk, ReadOnlySpan<int> order)
    {
        for (int i = order.Length - 1; i >= 0; i--)
        {
            int dimension = order[i];
            if (++chunk[dimension] < Counts[dimension])
            {
                return true;
            }

            chunk[dimension] = 0;
        }

        return false;
    }

    private static long CountOf(long length, long chunk) => (length / chunk) + (length % chunk != 0 ? 1 : 0);
}
