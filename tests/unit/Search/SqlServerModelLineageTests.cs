using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>Which model descends from which, on a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerModelLineageTests(ServerFixture fixture) : ModelLineageTests(new ServerHome(fixture)), IClassFixture<ServerFixture>;
