namespace Hartonomous;

/// <summary>What a sketch stands for.</summary>
public enum HartSpatialLevel
{
    /// <summary>A whole tensor's content.</summary>
    Tensor,

    /// <summary>One row of a tensor.</summary>
    Row,

    /// <summary>The rows of one attention head.</summary>
    Head,

    /// <summary>Whole rows of 1 MiB together.</summary>
    Block,
}
