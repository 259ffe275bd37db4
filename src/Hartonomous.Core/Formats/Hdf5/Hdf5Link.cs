namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>A name in a group.</summary>
/// <param name="Name">The name, one part of a path.</param>
/// <param name="Address">Address of the object's header; <see cref="Hdf5Reader.Undefined"/> for a soft link, which only names a
/// path.</param>
/// <param name="Order">When it was made among the links of its group, where the group keeps account of that; else 0.</param>
internal sealed record Hdf5Link(string Name, long Address, ulong Order)
{
    /// <summary>Whether the link is the name of a path rather than of an object.</summary>
    public bool IsSoft => Address == Hdf5Reader.Undefined;
}
