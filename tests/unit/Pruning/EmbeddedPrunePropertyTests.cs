using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Random families of models, in a folder.</summary>
public sealed class EmbeddedPrunePropertyTests() : PrunePropertyTests(() => new EmbeddedHome(), 25);
