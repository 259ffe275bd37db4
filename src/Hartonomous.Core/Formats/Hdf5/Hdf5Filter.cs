namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>One step of what a chunk went through before it was stored.</summary>
/// <param name="Id">Which filter; the numbers below 256 are HDF5's own.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record Hdf5Filter(int Id, uint[] Parameters)
{
    public const int Deflate = 1;
    public const int Shuffle = 2;
    public const int Fletcher32 = 3;
    public const int Lzf = 32000;

    private const int MaxFilters = 32;
    private const int MaxParameters = 256;
    private const int FirstNamed = 256;

    /// <summary>Reads a filter pipeline message (specification, IV.A.2.l) and refuses filters that are not known.</summary>
    public static Hdf5Filter[] ReadPipeline(Hdf5Block block)
    {
        Hdf5Reader reader = block.Reader;
        long at = block.Offset;
        byte version = block.U8();
        int count = block.U8();
        if (version is not (1 or 2) || count > MaxFilters)
        {
            throw reader.Error(
                Hdf5ErrorCodes.Filter, at,
                $"a filter pipeline of version {version} has {count} filters; versions 1 and 2 and {MaxFilters} are possible");
        }

        block.Skip(version == 1 ? 6 : 0);
        Hdf5Filter[] filters = new Hdf5Filter[count];
        for (int i = 0; i < count; i++)
        {
            filters[i] = ReadOne(block, version);
        }

        return filters;
    }

    private static Hdf5Filter ReadOne(Hdf5Block block, int version)
    {
        long at = block.Offset;
        int id = block.U16();
        int nameLength = version == 1 || id >= FirstNamed ? block.U16() : 0;
        block.Skip(2); // whether it may be left out where it fails: the mask of each chunk says where it was
        int count = block.U16();
        if (count > MaxParameters)
        {
            throw block.Reader.Error(Hdf5ErrorCodes.Filter, at, $"filter {id} has {count} parameters; {MaxParameters} are accepted");
        }

        block.Skip(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
        uint[] parameters = new uint[count];
        for (int i = 0; i < count; i++)
        {
            parameters[i] = block.U32();
        }

        block.Skip(version == 1 && count % 2 != 0 ? 4 : 0);
        if (id is not (Deflate or Shuffle or Fletcher32 or Lzf))
        {
            throw block.Reader.Error(
                Hdf5ErrorCodes.FilterUnsupported, at,
                $"filter {id} is not read; deflate (1), shuffle (2), Fletcher-32 (3) and LZF (32000) are");
        }

        return id != Shuffle || (count > 0 && parameters[0] is > 0 and <= int.MaxValue)
            ? new Hdf5Filter(id, parameters)
            : throw block.Reader.Error(Hdf5ErrorCodes.Filter, at, "the shuffle filter does not say how long a value is");
    }
}
