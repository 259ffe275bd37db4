using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>Sparse models, on a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerSparsityTests(ServerFixture fixture) : SparsityTests(new ServerHome(fixture)), IClassFixture<ServerFixture>;
