namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Entries of a chunk index that lie together.</summary>
/// <param name="First">Number of the first one.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Entries">Their bytes, or null where they were never written.</param>
internal sealed record Hdf5ChunkRun(long First, long Count, Hdf5Block? Entries)
{
    public bool Contains(long number) => number >= First && number - First < Count;
}
