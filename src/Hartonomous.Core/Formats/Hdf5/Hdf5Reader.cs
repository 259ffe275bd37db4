using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>
/// Reads the structures of one file for one purpose (opening it, reading one chunk index) and keeps account of them: what small hostile
/// files make a reader do again and again ends in an error.
/// </summary>
/// <remarks>Not for several threads at once; each purpose takes a reader of its own.</remarks>
internal sealed class Hdf5Reader
{
    /// <summary>The address that leads nowhere.</summary>
    public const long Undefined = -1;

    // Each structure is read about once; shared ones (heaps, named datatypes) a few times more.
    private const int ReadsPerByte = 64;
    private const int ReadsAllowance = 1024 * 1024;

    private readonly ByteSource _source;
    private readonly long _budget;
    private long _read;

    public Hdf5Reader(ByteSource source, Hdf5Superblock superblock, ReadLimits limits, CancellationToken cancellation)
    {
        _source = source;
        Superblock = superblock;
        Limits = limits;
        Cancellation = cancellation;
        _budget = Math.Min(limits.Hdf5MetadataBytes, (Math.Min(source.Length, int.MaxValue) * ReadsPerByte) + ReadsAllowance);
    }

    /// <summary>What is accepted.</summary>
    public ReadLimits Limits { get; }

    /// <summary>Ends the reading.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The file's superblock.</summary>
    public Hdf5Superblock Superblock { get; }

    /// <summary>Width of addresses in bytes.</summary>
    public int OffsetSize => Superblock.OffsetSize;

    /// <summary>Width of lengths in bytes.</summary>
    public int LengthSize => Superblock.LengthSize;

    /// <summary>The file.</summary>
    public ByteSource Source => _source;

    /// <summary>Bytes that a structure at an address can have at most.</summary>
    public long Available(long address) => address < 0 ? 0 : Math.Max(_source.Length - Superblock.Base - address, 0);

    /// <summary>Reads a structure.</summary>
    /// <param name="address">Where it begins, from the superblock on.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="what">What it is, for errors.</param>
    public Hdf5Block Read(long address, long length, string what)
    {
        Cancellation.ThrowIfCancellationRequested();
        long offset = Place(address, length, what);
        _read += length + OffsetSize;
        if (length > Limits.Hdf5BlockBytes || _read > _budget)
        {
            throw Error(
                Hdf5ErrorCodes.MetadataSize, offset,
                $"{what} has {length} bytes; {Limits.Hdf5BlockBytes} are allowed, {_budget} in all structures");
        }

        byte[] bytes = new byte[length];
        _source.ReadExactly(offset, bytes);
        return new Hdf5Block(this, bytes, offset);
    }

    /// <summary>Where in the file an address is, held against its end.</summary>
    public long Place(long address, long length, string what)
    {
        if (address < 0)
        {
            throw Error(Hdf5ErrorCodes.Address, null, $"{what} has no address");
        }

        long available = Available(address);
        if (address > _source.Length - Superblock.Base || (available == 0 && length != 0))
        {
            throw Error(Hdf5ErrorCodes.Address, null, $"{what} would lie at {address}, beyond the end of the file");
        }

        return length >= 0 && length <= available
            ? Superblock.Base + address
            : throw Error(
                Hdf5ErrorCodes.Truncated, Superblock.Base + address,
                $"{what} needs {(ulong)length} bytes, but the file has {available} left");
    }

    /// <summary>An error in this file.</summary>
    public ModelFormatException Error(string code, long? offset, string problem) => new(code, _source.Name, offset, problem);
}
