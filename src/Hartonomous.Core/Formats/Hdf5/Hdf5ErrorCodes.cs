namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Codes of the errors of HDF5 files. They are stable: scripts may rely on them.</summary>
public static class Hdf5ErrorCodes
{
    /// <summary>The signature is at none of the places where a superblock may begin: 0, 512, 1024, 2048 and so on.</summary>
    public const string Signature = "HDF5_SIGNATURE";

    /// <summary>The superblock's version is none of 0 to 3, or its addresses or lengths are not 2, 4 or 8 bytes wide.</summary>
    public const string Superblock = "HDF5_SUPERBLOCK";

    /// <summary>The file is shorter than its superblock says, or ends within one of its structures.</summary>
    public const string Truncated = "HDF5_TRUNCATED";

    /// <summary>An address is undefined where one is needed, or leads out of the file.</summary>
    public const string Address = "HDF5_ADDRESS";

    /// <summary>The checksum of a structure is not that of its bytes.</summary>
    public const string Checksum = "HDF5_CHECKSUM";

    /// <summary>The structures read would take more than <see cref="ReadLimits.Hdf5MetadataBytes"/>, or many times the file.</summary>
    public const string MetadataSize = "HDF5_METADATA_SIZE";

    /// <summary>An object header is none, or its messages do not fit it.</summary>
    public const string ObjectHeader = "HDF5_OBJECT_HEADER";

    /// <summary>Continuation blocks of an object header form a circle, or are too many.</summary>
    public const string Continuation = "HDF5_CONTINUATION";

    /// <summary>A header message that must be understood is not known, is of an unknown version, or is missing.</summary>
    public const string Message = "HDF5_MESSAGE";

    /// <summary>
    /// A message is shared by way of the file's table of shared messages, which is not read, or its address leads nowhere.
    /// </summary>
    public const string SharedMessage = "HDF5_SHARED_MESSAGE";

    /// <summary>A dataspace has more than 32 dimensions or is otherwise malformed.</summary>
    public const string Dataspace = "HDF5_DATASPACE";

    /// <summary>A dataset has 2^63 - 1 values or bytes, or more.</summary>
    public const string ShapeOverflow = "HDF5_SHAPE_OVERFLOW";

    /// <summary>A datatype is malformed: its size, a member beyond its end, an unknown class.</summary>
    public const string Datatype = "HDF5_DATATYPE";

    /// <summary>Datatypes are nested deeper than 16 levels, or have too many members.</summary>
    public const string DatatypeDepth = "HDF5_DATATYPE_DEPTH";

    /// <summary>A fill value is malformed or not of the size of the values.</summary>
    public const string FillValue = "HDF5_FILL_VALUE";

    /// <summary>A layout message is malformed or of an unknown version.</summary>
    public const string Layout = "HDF5_LAYOUT";

    /// <summary>The values of a dataset lie in other files.</summary>
    public const string ExternalFiles = "HDF5_EXTERNAL_FILES";

    /// <summary>A dataset is put together from others, possibly in other files.</summary>
    public const string Virtual = "HDF5_VIRTUAL";

    /// <summary>A contiguous or compact dataset is not as long as its shape and type say, or reaches past the end of the file.</summary>
    public const string DataSize = "HDF5_DATA_SIZE";

    /// <summary>
    /// A dataset, or all together, declares more than <see cref="ReadLimits.Hdf5ExpansionBytes"/> and more than
    /// <see cref="ReadLimits.Hdf5ExpansionRatio"/> times what the file stores.
    /// </summary>
    public const string Expansion = "HDF5_EXPANSION";

    /// <summary>A link message or an entry of a symbol table is malformed.</summary>
    public const string Link = "HDF5_LINK";

    /// <summary>A link leads to another file, or is of a kind that programs define themselves.</summary>
    public const string LinkExternal = "HDF5_LINK_EXTERNAL";

    /// <summary>A link's name is empty, too long, holds <c>/</c> or NUL, is not valid UTF-8, or is <c>.</c>.</summary>
    public const string LinkName = "HDF5_LINK_NAME";

    /// <summary>Two links of a group have the same name.</summary>
    public const string NameDuplicate = "HDF5_NAME_DUPLICATE";

    /// <summary>Groups are nested deeper than <see cref="ReadLimits.Hdf5GroupDepth"/>.</summary>
    public const string GroupDepth = "HDF5_GROUP_DEPTH";

    /// <summary>The file has more links than <see cref="ReadLimits.Hdf5Links"/>.</summary>
    public const string LinkCount = "HDF5_LINK_COUNT";

    /// <summary>A B-tree node is malformed: signature, type, level, number of entries.</summary>
    public const string BTree = "HDF5_BTREE";

    /// <summary>The nodes of a B-tree form a circle, or are nested too deep.</summary>
    public const string BTreeCycle = "HDF5_BTREE_CYCLE";

    /// <summary>A local heap is malformed, or a name lies outside it or has no end.</summary>
    public const string LocalHeap = "HDF5_LOCAL_HEAP";

    /// <summary>A global heap collection is malformed, or has no such object.</summary>
    public const string GlobalHeap = "HDF5_GLOBAL_HEAP";

    /// <summary>A fractal heap is malformed, or an object lies outside it.</summary>
    public const string FractalHeap = "HDF5_FRACTAL_HEAP";

    /// <summary>An attribute is malformed or longer than <see cref="ReadLimits.Hdf5AttributeBytes"/>.</summary>
    public const string Attribute = "HDF5_ATTRIBUTE";

    /// <summary>A filter message is malformed, or a filter has impossible parameters.</summary>
    public const string Filter = "HDF5_FILTER";

    /// <summary>A dataset is stored through a filter other than deflate, shuffle, Fletcher-32 and LZF.</summary>
    public const string FilterUnsupported = "HDF5_FILTER_UNSUPPORTED";

    /// <summary>The filtered bytes of a chunk cannot be decoded, or give another number of bytes than the chunk has.</summary>
    public const string FilterData = "HDF5_FILTER_DATA";

    /// <summary>
    /// A chunk's dimensions are 0, do not fit the dataset, or make it larger than <see cref="ReadLimits.Hdf5ChunkBytes"/>.
    /// </summary>
    public const string ChunkShape = "HDF5_CHUNK_SHAPE";

    /// <summary>An index of chunks is malformed.</summary>
    public const string ChunkIndex = "HDF5_CHUNK_INDEX";

    /// <summary>A dataset has more chunks than <see cref="ReadLimits.Hdf5Chunks"/>.</summary>
    public const string ChunkCount = "HDF5_CHUNK_COUNT";

    /// <summary>A chunk lies outside the file, outside the dataset, is there twice, or is stored with a size it cannot have.</summary>
    public const string Chunk = "HDF5_CHUNK";
}
