using Dapper;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>What kind of server it is, as far as the schema depends on it.</summary>
/// <param name="Version">The server's own words.</param>
/// <param name="Major">Major version: 15 is SQL Server 2019, 16 is 2022, 17 is 2025.</param>
/// <param name="EngineEdition">Kind of engine: 5 is Azure SQL Database, 8 Azure SQL Managed Instance.</param>
/// <param name="HasVector">Whether there is the type <c>vector</c>.</param>
internal sealed record ServerTraits(string Version, int Major, int EngineEdition, bool HasVector)
{
    /// <summary>Whether the engine is SQL Server 2019 or later, or Azure SQL: not merely one that speaks its language.</summary>
    public bool IsSqlServer => IsAzure || Major >= 15;

    /// <summary>Whether it is Azure SQL, whose version number says nothing.</summary>
    public bool IsAzure => EngineEdition is 5 or 8;

    /// <summary>Reads them.</summary>
    public static ServerTraits Read(SqlConnection connection)
    {
        (string version, int major, int edition) = connection.QuerySingle<(string, int, int)>(
            """
            SELECT CAST(@@VERSION AS nvarchar(400)), CAST(CAST(SERVERPROPERTY('ProductMajorVersion') AS nvarchar(20)) AS int),
                   CAST(CAST(SERVERPROPERTY('EngineEdition') AS nvarchar(20)) AS int)
            """);
        ServerTraits traits = new(version.Split('\n')[0].Trim(), major, edition, false);
        return traits.IsSqlServer ? traits with { HasVector = connection.ExecuteScalar<int?>("SELECT TYPE_ID(N'vector')") is not null } : traits;
    }

    /// <summary>Why the server cannot take a feature; null where it can.</summary>
    public string? Lacks(string feature) => feature switch
    {
        _ when !IsSqlServer => "the server is not SQL Server 2019 or later",
        "vector" when !HasVector => "the server has no type vector; SQL Server 2025 and Azure SQL have",
        "snapshot" when EngineEdition == 5 => "Azure SQL Database has it on already",
        _ => null,
    };
}
