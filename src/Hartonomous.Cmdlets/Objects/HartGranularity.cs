namespace Hartonomous;

/// <summary>Into what the tensors of a model are cut.</summary>
public enum HartGranularity
{
    /// <summary>Blocks of up to 1 MiB: whole rows where rows fit.</summary>
    Block = 0,

    /// <summary>The tensor as a whole; one of over 64 MiB in parts of that size.</summary>
    Tensor,

    /// <summary>Rows, the runs of the innermost dimension.</summary>
    Row,

    /// <summary>Single weights, or single blocks of a quantized encoding.</summary>
    Value,
}
