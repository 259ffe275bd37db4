namespace Hartonomous.Core.Pruning.Scores;

/// <summary>Where the data lie that a method needs besides the weights.</summary>
public sealed record ScoreInputOptions
{
    /// <summary>A model file with the gradients of the loss, of the same names and shapes as the weights.</summary>
    public string? Gradients { get; init; }

    /// <summary>
    /// A model file with activations, of the same names as the weights they are multiplied with. Of two dimensions or more, the innermost is
    /// the input column and the one before it the token; a weight of several matrices (experts) has as many outer dimensions here. Of one
    /// dimension, it holds the root mean square of each column.
    /// </summary>
    public string? Activations { get; init; }

    /// <summary>An importance matrix of <c>llama-imatrix</c>, GGUF or <c>.dat</c>.</summary>
    public string? Imatrix { get; init; }

    /// <summary>A model file with the weights before training, of the same names and shapes.</summary>
    public string? Initial { get; init; }
}
