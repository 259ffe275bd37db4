using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The dimensions of a dataset or attribute (specification, IV.A.2.b).</summary>
/// <param name="IsNull">Whether it holds no values at all, not even one.</param>
/// <param name="Dimensions">Lengths, outermost first; none for a scalar.</param>
/// <param name="Maximum">To what the dimensions may grow; -1 without bound.</param>
internal sealed record Hdf5Dataspace(bool IsNull, long[] Dimensions, long[] Maximum)
{
    private const int MaxRank = 32;
    private const byte NullType = 2;
    private const byte MaximumFlag = 1;

    /// <summary>Number of values.</summary>
    public long Count { get; private init; }

    public static Hdf5Dataspace Read(Hdf5Block block)
    {
        Hdf5Reader reader = block.Reader;
        long at = block.Offset;
        byte version = block.U8();
        if (version is not (1 or 2))
        {
            throw reader.Error(Hdf5ErrorCodes.Dataspace, at, $"a dataspace is of version {version}; 1 and 2 are known");
        }

        int rank = block.U8();
        if (rank > MaxRank)
        {
            throw reader.Error(Hdf5ErrorCodes.Dataspace, at, $"a dataspace has {rank} dimensions; {MaxRank} are possible");
        }

        byte flags = block.U8();
        bool isNull = block.U8() == NullType && version == 2;
        block.Skip(version == 1 ? 4 : 0);
        long[] dimensions = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            dimensions[i] = block.LengthField();
        }

        long[] maximum = [.. dimensions];
        ulong unlimited = ulong.MaxValue >> (64 - (8 * reader.LengthSize));
        for (int i = 0; i < rank && (flags & MaximumFlag) != 0; i++)
        {
            ulong value = block.UInt(reader.LengthSize);
            maximum[i] = value == unlimited ? -1 : (long)Math.Min(value, long.MaxValue);
            if (maximum[i] >= 0 && maximum[i] < dimensions[i])
            {
                throw reader.Error(
                    Hdf5ErrorCodes.Dataspace, at, $"dimension {i} has length {dimensions[i]} and may have {maximum[i]} at most");
            }
        }

        return TensorShape.TryCountElements(dimensions, out long count)
            ? new Hdf5Dataspace(isNull, dimensions, maximum) { Count = isNull ? 0 : count }
            : throw reader.Error(
                Hdf5ErrorCodes.ShapeOverflow, at, $"a dataspace of [{string.Join(", ", dimensions)}] has more than 2^63 - 1 values");
    }
}
