namespace Hartonomous.Core.Storage;

/// <summary>What a sketch stands for.</summary>
public enum SpatialLevel
{
    /// <summary>A whole tensor's content.</summary>
    Tensor,

    /// <summary>One row of a tensor: a run of its innermost dimension.</summary>
    Row,

    /// <summary>The rows of one attention head.</summary>
    Head,

    /// <summary>A block: whole rows of 1 MiB together.</summary>
    Block,
}
