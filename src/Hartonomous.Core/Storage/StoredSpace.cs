namespace Hartonomous.Core.Storage;

/// <summary>A space that a store has keys of.</summary>
/// <param name="Space">How its keys are made.</param>
/// <param name="Keys">Number of keys at each level that has any, those of all tenants; empty where they were not counted.</param>
/// <param name="CreatedAtUtc">When its first keys were made.</param>
public sealed record StoredSpace(SpatialSpace Space, IReadOnlyDictionary<SpatialLevel, long> Keys, DateTime CreatedAtUtc);
