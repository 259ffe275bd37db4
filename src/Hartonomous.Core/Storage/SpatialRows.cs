namespace Hartonomous.Core.Storage;

/// <summary>A run of rows of a content.</summary>
/// <param name="RowLength">Values in a row; 0 for the whole content.</param>
/// <param name="First">The first row.</param>
/// <param name="Count">Number of rows.</param>
public readonly record struct SpatialRows(long RowLength, long First, long Count)
{
    /// <summary>The whole content.</summary>
    public static SpatialRows Whole => default;

    /// <summary>Whether the whole content is meant.</summary>
    public bool IsWhole => RowLength == 0;
}
