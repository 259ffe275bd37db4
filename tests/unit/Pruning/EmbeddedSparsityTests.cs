using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Sparse models, in a folder.</summary>
public sealed class EmbeddedSparsityTests() : SparsityTests(new EmbeddedHome());
