namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The messages of object headers that are read (specification, IV.A.2).</summary>
internal enum Hdf5MessageType
{
    /// <summary>No message: space that is free.</summary>
    Nil = 0x00,

    /// <summary>The dimensions of a dataset.</summary>
    Dataspace = 0x01,

    /// <summary>Where a group of the newer kind keeps its links.</summary>
    LinkInfo = 0x02,

    /// <summary>What a dataset's values are.</summary>
    Datatype = 0x03,

    /// <summary>The fill value as files before HDF5 1.6 have it.</summary>
    OldFillValue = 0x04,

    /// <summary>What values are that were never written.</summary>
    FillValue = 0x05,

    /// <summary>One link of a group.</summary>
    Link = 0x06,

    /// <summary>Values that lie in other files.</summary>
    ExternalFiles = 0x07,

    /// <summary>Where a dataset's values lie.</summary>
    Layout = 0x08,

    /// <summary>The filters that chunks went through.</summary>
    FilterPipeline = 0x0B,

    /// <summary>A named value at an object.</summary>
    Attribute = 0x0C,

    /// <summary>Where an object header goes on.</summary>
    Continuation = 0x10,

    /// <summary>Where a group of the older kind keeps its links.</summary>
    SymbolTable = 0x11,

    /// <summary>Where an object keeps attributes that are too many or too long for its header.</summary>
    AttributeInfo = 0x15,

    /// <summary>The last type of message that the specification knows.</summary>
    LastKnown = 0x18,
}
