using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>Which model descends from which, in a folder.</summary>
public sealed class EmbeddedModelLineageTests() : ModelLineageTests(new EmbeddedHome());
