namespace Hartonomous.Core.Storage;

/// <summary>How far a store's maintenance is.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="BytesDone">Bytes done so far.</param>
/// <param name="BytesTotal">Bytes in all.</param>
public readonly record struct MaintenanceProgress(string Stage, long BytesDone, long BytesTotal);
