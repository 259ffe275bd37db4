namespace Hartonomous.Core.Search;

/// <summary>A content that could not be sketched.</summary>
/// <param name="Tensor">A tensor that has it: the model, then its name.</param>
/// <param name="Error">What happened.</param>
public sealed record SpatializeFailure((string Model, string Name) Tensor, Exception Error);
