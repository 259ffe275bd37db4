using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A tensor whose content was given up.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Sha256">SHA-256 of what it held.</param>
/// <param name="Policy">Why it went, in words.</param>
/// <param name="PrunedAtUtc">When.</param>
public sealed record PrunedTensor(string Name, ContentHash Sha256, string Policy, DateTime PrunedAtUtc);
