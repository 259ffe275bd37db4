using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Tensors that give their contents up, on a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerPruneTests(ServerFixture fixture) : PruneTests(new ServerHome(fixture)), IClassFixture<ServerFixture>;
