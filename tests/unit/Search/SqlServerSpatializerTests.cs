using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>Sketches and keys for what is stored, on a server.</summary>
[RequiresSqlServer]
public sealed class SqlServerSpatializerTests(ServerFixture fixture) : SpatializerTests(new ServerHome(fixture)), IClassFixture<ServerFixture>;
