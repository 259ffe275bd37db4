namespace Hartonomous.Core.Models;

/// <summary>Into what a tensor's content is cut. Its hash is the SHA-256 of the whole content whatever the cut.</summary>
public enum Granularity
{
    /// <summary>Blocks of up to 1 MiB: whole rows where rows fit.</summary>
    Block = 0,

    /// <summary>The tensor as a whole. One longer than 64 MiB is cut as blocks of that size.</summary>
    Tensor,

    /// <summary>
    /// Rows, the runs of the innermost dimension; as few together as fill whole bytes where values are packed into bits.
    /// </summary>
    Row,

    /// <summary>Single weights, or single blocks of a quantized encoding. For small or heavily quantized tensors.</summary>
    Value,
}
