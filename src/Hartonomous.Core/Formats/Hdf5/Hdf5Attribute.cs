namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>A named value at a group or dataset.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Space">Its dimensions.</param>
/// <param name="Data">Its values, as they are stored.</param>
internal sealed record Hdf5Attribute(string Name, Hdf5Datatype Type, Hdf5Dataspace Space, Hdf5Block Data);
