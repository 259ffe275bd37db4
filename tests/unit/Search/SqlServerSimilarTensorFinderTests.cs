using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>Searches for relatives, on a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerSimilarTensorFinderTests(ServerFixture fixture) : SimilarTensorFinderTests(new ServerHome(fixture)), IClassFixture<ServerFixture>;
