using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>One of two models that are compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Format">Its container.</param>
/// <param name="Architecture">Its architecture, where known.</param>
/// <param name="ParameterCount">Values in all its tensors.</param>
/// <param name="Tensors">Number of its tensors.</param>
/// <param name="SizeBytes">Length of its files.</param>
public sealed record ComparedModel(
    string Name, ModelFormat Format, string? Architecture, long ParameterCount, long Tensors, long SizeBytes);
