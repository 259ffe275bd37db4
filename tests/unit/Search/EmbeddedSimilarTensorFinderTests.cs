using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>Searches for relatives, in a folder.</summary>
public sealed class EmbeddedSimilarTensorFinderTests() : SimilarTensorFinderTests(new EmbeddedHome());
