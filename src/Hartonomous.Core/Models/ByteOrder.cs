namespace Hartonomous.Core.Models;

/// <summary>The order in which a file keeps the bytes of a number.</summary>
public enum ByteOrder
{
    /// <summary>Least significant byte first.</summary>
    Little = 0,

    /// <summary>Most significant byte first.</summary>
    Big,
}
