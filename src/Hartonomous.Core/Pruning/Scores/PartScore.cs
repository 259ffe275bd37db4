namespace Hartonomous.Core.Pruning.Scores;

/// <summary>The scores of a part of a tensor, put together.</summary>
/// <param name="Start">The first value of the part, counted row-major in the tensor.</param>
/// <param name="Count">How many values it has, those without a score among them.</param>
/// <param name="Sum">Sum of the scores.</param>
/// <param name="Mean">Their mean; 0 where none is finite.</param>
public readonly record struct PartScore(long Start, long Count, double Sum, double Mean);
