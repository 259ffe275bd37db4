using System.Data;
using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The factors of a store on a server. What comes with them goes into temporary tables, from where one transaction takes it.</summary>
internal sealed class ServerFactors(SqlServerDatabase database, TenantScope scope) : IFactorStore
{
    /// <inheritdoc/>
    public void Put(long tensorAtomId, TensorFactors factors)
    {
        ArgumentNullException.ThrowIfNull(factors);
        Dictionary<ContentHash, byte[]> contents = [];
        IngestedTensor left = FactorParts.Cut(factors.Left, contents);
        IngestedTensor right = FactorParts.Cut(factors.Right, contents);
        IngestedTensor[] tensors = [left, right, new(factors.Content, factors.Layout.SizeBytes, FactorParts.Of(left, right, factors.Base))];
        BulkTable known = new(
            "#Tensors",
            ("Number", "int NOT NULL", SqlDbType.Int),
            ("Hash", "binary(32) NOT NULL", SqlDbType.VarBinary),
            ("SizeBytes", "bigint NOT NULL", SqlDbType.BigInt),
            ("BlockCount", "int NOT NULL", SqlDbType.Int));
        BulkTable blocks = new(
            "#Blocks",
            ("Number", "int NOT NULL", SqlDbType.Int),
            ("Ordinal", "int NOT NULL", SqlDbType.Int),
            ("Hash", "binary(32) NOT NULL", SqlDbType.VarBinary),
            ("ByteOffset", "bigint NOT NULL", SqlDbType.BigInt),
            ("X", "bigint NOT NULL", SqlDbType.BigInt),
            ("Y", "bigint NOT NULL", SqlDbType.BigInt),
            ("Z", "bigint NOT NULL", SqlDbType.BigInt));
        foreach ((int number, IngestedTensor tensor) in tensors.Index())
        {
            known.Add(number, tensor.Hash.ToArray(), tensor.SizeBytes, tensor.Blocks.Count);
            foreach (BlockPlacement block in tensor.Blocks)
            {
                blocks.Add(number, block.Ordinal, block.Block.ToArray(), block.ByteOffset, block.X, block.Y, block.Z);
            }
        }

        // The procedure fills in what the original is.
        BulkTable row = Factors();
        Add(row, tensorAtomId, new StoredFactors
        {
            TensorAtomId = tensorAtomId,
            Tensor = string.Empty,
            Layout = factors.Layout,
            Content = factors.Content,
            FactorBytes = left.SizeBytes + right.SizeBytes,
            OriginalHash = factors.Content,
            OriginalDtype = factors.Layout.Dtype,
            OriginalBytes = 0,
            IsDropped = false,
            Figures = factors.Figures,
        });
        BulkTable payloads = Payloads(contents);
        database.Run(scope.TenantId, connection =>
        {
            foreach (BulkTable table in (BulkTable[])[payloads, known, blocks, row])
            {
                table.Send(connection);
            }

            connection.Execute(
                "dbo.sp_PutFactors",
                new { scope.TenantId, TensorAtomId = tensorAtomId },
                commandTimeout: SqlServerDatabase.CommandSeconds,
                commandType: CommandType.StoredProcedure);
        });
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredFactors> List(long modelId) =>
    [
        .. database.Run(scope.TenantId, connection => connection.Query<FactorRow>(
            """
            SELECT f.TensorAtomId, t.Name AS Tensor, f.Dtype, f.[RowCount], f.ColumnCount, f.Rank, f.FactorDtype, f.BaseDtype, a.Hash, f.FactorBytes,
                   f.OriginalHash, f.OriginalDtype, f.OriginalBytes, f.IsDropped, f.RelativeError, f.SpectralError, f.TensorError, f.BaseModel
            FROM dbo.TensorFactors f
            JOIN dbo.TensorAtoms t ON t.TensorAtomId = f.TensorAtomId
            JOIN dbo.Atoms a ON a.AtomId = f.AtomId
            WHERE t.ModelId = @modelId AND (@TenantId IS NULL OR f.TenantId = @TenantId)
            ORDER BY t.Ordinal
            """,
            new { modelId, scope.TenantId },
            commandTimeout: SqlServerDatabase.CommandSeconds).AsList())
            .Select(row => row with { Tensor = SqlText.Decode(row.Tensor), BaseModel = row.BaseModel is null ? null : SqlText.Decode(row.BaseModel) })
            .Select(row => row.ToFactors()),
    ];

    /// <inheritdoc/>
    public long Record(IngestedModel model, IReadOnlyDictionary<ContentHash, byte[]> headers, IReadOnlyDictionary<int, StoredFactors> rebuilt)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(rebuilt);
        long tenantId = scope.Required;
        ChunkMessage message = new([]);

        // The procedure takes the replaced model away itself, at the end.
        message.SetModel(model with { Replaces = null });
        BulkTable payloads = Payloads(headers);
        BulkTable rows = Factors();
        foreach ((int number, StoredFactors factors) in rebuilt)
        {
            Add(rows, number, factors);
        }

        return database.Run(tenantId, connection =>
        {
            payloads.Send(connection);
            rows.Send(connection);
            using SqlCommand command = connection.CreateCommand();
            command.CommandText = "dbo.sp_RecordFactored";
            command.CommandType = CommandType.StoredProcedure;
            command.CommandTimeout = SqlServerDatabase.CommandSeconds;
            command.Parameters.Add("@TenantId", SqlDbType.BigInt).Value = tenantId;
            command.Parameters.Add("@Replaces", SqlDbType.BigInt).Value = (object?)model.Replaces ?? DBNull.Value;
            message.AddModelTo(command);
            return (long)command.ExecuteScalar();
        });
    }

    private static BulkTable Payloads(IReadOnlyDictionary<ContentHash, byte[]> contents)
    {
        BulkTable table = new("#Payloads", ("Hash", "binary(32) NOT NULL", SqlDbType.VarBinary), ("Content", "varbinary(max) NOT NULL", SqlDbType.VarBinary));
        foreach ((ContentHash hash, byte[] content) in contents)
        {
            table.Add(hash.ToArray(), content);
        }

        return table;
    }

    private static BulkTable Factors() => new(
        "#Factors",
        ("TensorAtomId", "bigint NOT NULL", SqlDbType.BigInt),
        ("Content", "binary(32) NOT NULL", SqlDbType.VarBinary),
        ("Dtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
        ("RowCount", "bigint NOT NULL", SqlDbType.BigInt),
        ("ColumnCount", "bigint NOT NULL", SqlDbType.BigInt),
        ("Rank", "int NOT NULL", SqlDbType.Int),
        ("FactorDtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
        ("BaseDtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NULL", SqlDbType.NVarChar),
        ("FactorBytes", "bigint NOT NULL", SqlDbType.BigInt),
        ("OriginalHash", "binary(32) NOT NULL", SqlDbType.VarBinary),
        ("OriginalDtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
        ("OriginalBytes", "bigint NOT NULL", SqlDbType.BigInt),
        ("IsDropped", "bit NOT NULL", SqlDbType.Bit),
        ("RelativeError", "float NOT NULL", SqlDbType.Float),
        ("SpectralError", "float NOT NULL", SqlDbType.Float),
        ("TensorError", "float NOT NULL", SqlDbType.Float),
        ("BaseModel", "nvarchar(max) COLLATE DATABASE_DEFAULT NULL", SqlDbType.NVarChar));

    private static void Add(BulkTable table, long tensor, StoredFactors factors) => table.Add(
        tensor,
        factors.Content.ToArray(),
        factors.Layout.Dtype.ToString(),
        factors.Layout.Rows,
        factors.Layout.Columns,
        factors.Layout.Rank,
        factors.Layout.FactorDtype.ToString(),
        factors.Layout.BaseDtype?.ToString(),
        factors.FactorBytes,
        factors.OriginalHash.ToArray(),
        factors.OriginalDtype.ToString(),
        factors.OriginalBytes,
        factors.IsDropped,
        factors.Figures.RelativeError,
        factors.Figures.SpectralError,
        factors.Figures.TensorError,
        factors.Figures.BaseModel is null ? null : SqlText.Encode(factors.Figures.BaseModel));
}
