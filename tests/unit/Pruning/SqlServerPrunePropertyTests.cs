using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Random families of models, on a server; fewer, as each takes seconds there.</summary>
[RequiresSqlServer]
public sealed class SqlServerPrunePropertyTests(ServerFixture fixture)
    : PrunePropertyTests(() => new ServerHome(fixture), 5), IClassFixture<ServerFixture>;
