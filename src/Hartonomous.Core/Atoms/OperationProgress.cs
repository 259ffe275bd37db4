namespace Hartonomous.Core.Atoms;

/// <summary>How far an operation is.</summary>
/// <param name="Item">What is being worked on: a model, a file.</param>
/// <param name="BytesDone">Bytes done so far.</param>
/// <param name="BytesTotal">Bytes in all.</param>
public readonly record struct OperationProgress(string Item, long BytesDone, long BytesTotal);
