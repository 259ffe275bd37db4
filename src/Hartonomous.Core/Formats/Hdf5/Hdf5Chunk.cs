namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Where a chunk lies.</summary>
/// <param name="Address">Its address, or <see cref="Hdf5Reader.Undefined"/> where it was never written.</param>
/// <param name="Size">Its stored length in bytes.</param>
/// <param name="Mask">Filters it left out.</param>
internal readonly record struct Hdf5Chunk(long Address, long Size, uint Mask);
