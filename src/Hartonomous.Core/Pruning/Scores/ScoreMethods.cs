namespace Hartonomous.Core.Pruning.Scores;

/// <summary>What the methods need.</summary>
public static class ScoreMethods
{
    /// <summary>Whether a method needs gradients.</summary>
    public static bool NeedsGradients(this ScoreMethod method) => method is ScoreMethod.Gradient or ScoreMethod.Importance or ScoreMethod.Snip;

    /// <summary>Whether a method needs activations, or an importance matrix, which holds their squares.</summary>
    public static bool NeedsActivations(this ScoreMethod method) => method is ScoreMethod.Activation or ScoreMethod.Wanda;

    /// <summary>Whether a method needs an initial checkpoint.</summary>
    public static bool NeedsInitial(this ScoreMethod method) => method is ScoreMethod.LotteryTicket;

    /// <summary>
    /// Whether weights are compared within an output row rather than within the tensor where nothing else is asked for, as the authors of
    /// the method do.
    /// </summary>
    public static bool ComparesByRow(this ScoreMethod method) => method is ScoreMethod.Wanda;
}
