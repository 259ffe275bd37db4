namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>An index that keeps chunks by a running number.</summary>
internal interface IHdf5ChunkArray
{
    /// <summary>Length of an entry in bytes.</summary>
    int EntrySize { get; }

    /// <summary>The run of entries that holds a number, read as a whole.</summary>
    Hdf5ChunkRun Run(long number);
}
