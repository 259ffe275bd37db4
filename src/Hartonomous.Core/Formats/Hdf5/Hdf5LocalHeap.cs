namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The names of a group of the older kind (specification, III.D).</summary>
internal sealed class Hdf5LocalHeap
{
    private readonly Hdf5Block _data;

    private Hdf5LocalHeap(Hdf5Block data) => _data = data;

    public static Hdf5LocalHeap Read(Hdf5Reader reader, long address)
    {
        Hdf5Block block = reader.Read(address, 8 + (2 * reader.LengthSize) + reader.OffsetSize, "a local heap");
        block.Expect("HEAP"u8, Hdf5ErrorCodes.LocalHeap, "a local heap");
        block.ExpectVersion(0, Hdf5ErrorCodes.LocalHeap, "a local heap");
        block.Skip(3);
        long size = block.LengthField();
        _ = block.LengthField();
        return new Hdf5LocalHeap(reader.Read(block.Address(), size, "the data of a local heap"));
    }

    /// <summary>The NUL-terminated name at an offset.</summary>
    public ReadOnlySpan<byte> Name(long offset, long at)
    {
        if (offset < 0 || offset >= _data.Length)
        {
            throw _data.Reader.Error(
                Hdf5ErrorCodes.LocalHeap, at, $"a name is to be at {(ulong)offset} of a local heap of {_data.Length} bytes");
        }

        ReadOnlySpan<byte> rest = _data.Span[(int)offset..];
        int end = rest.IndexOf((byte)0);
        return end >= 0 ? rest[..end] : throw _data.Reader.Error(Hdf5ErrorCodes.LocalHeap, at, "a name has no NUL at its end");
    }
}
