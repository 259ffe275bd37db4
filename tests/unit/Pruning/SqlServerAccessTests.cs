using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>When contents were used, on a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerAccessTests(ServerFixture fixture) : AccessTests(new ServerHome(fixture)), IClassFixture<ServerFixture>;
