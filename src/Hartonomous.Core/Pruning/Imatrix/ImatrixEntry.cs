namespace Hartonomous.Core.Pruning.Imatrix;

/// <summary>What an importance matrix says of one tensor.</summary>
/// <param name="Name">The tensor's name, as llama.cpp has it.</param>
/// <param name="ValueCount">Input columns of the tensor, times the matrices (experts) it is made of.</param>
/// <param name="CountNumber">How many counts of tokens there are: one, or one for each matrix.</param>
public sealed record ImatrixEntry(string Name, int ValueCount, int CountNumber);
