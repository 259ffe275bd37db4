namespace Hartonomous.Core.Pruning.Scores;

/// <summary>Codes of the errors of scoring.</summary>
public static class ScoreErrorCodes
{
    /// <summary>The method needs an input that was not given, or one was given that it does not use.</summary>
    public const string Input = "SCORE_INPUT";

    /// <summary>The input has nothing for the tensor.</summary>
    public const string InputTensor = "SCORE_INPUT_TENSOR";

    /// <summary>What the input has for the tensor does not fit the tensor's shape.</summary>
    public const string InputShape = "SCORE_INPUT_SHAPE";

    /// <summary>The store keeps no scores.</summary>
    public const string Unsupported = "SCORE_UNSUPPORTED";

    /// <summary>No score of the method is stored for what was asked.</summary>
    public const string NotScored = "SCORE_NOT_FOUND";
}
