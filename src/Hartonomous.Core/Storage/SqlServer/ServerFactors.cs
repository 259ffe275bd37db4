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
            ("Number", "int NOT NULL", typeof(int)),
            ("Hash", "binary(32) NOT NULL", typeof(byte[])),
            ("SizeBytes", "bigint NOT NULL", typeof(long)),
            ("BlockCount", "int NOT NULL", typeof(int)));
        BulkTable blocks = new(
            "#Blocks",
            ("Number", "int NOT NULL", typeof(int)),
            ("Ordinal", "int NOT NULL", typeof(int)),
            ("Hash", "binary(32) NOT NULL", typeof(byte[])),
            ("ByteOffset", "bigint NOT NULL", typeof(long)),
            ("X", "bigint NOT NULL", typeof(long)),
            ("Y", "bigint NOT NULL", typeof(long)),
            ("Z", "bigint NOT NULL", typeof(long)));
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
        BulkTable table = new("#Payloads", ("Hash", "binary(32) NOT NULL", typeof(byte[])), ("Content", "varbinary(max) NOT NULL", typeof(byte[])));
        foreach ((ContentHash hash, byte[] content) in contents)
        {
            table.Add(hash.ToArray(), content);
        }

        return table;
    }

    private static BulkTable Factors() => new(
        "#Factors",
        ("TensorAtomId", "bigint NOT NULL", typeof(long)),
        ("Content", "binary(32) NOT NULL", typeof(byte[])),
        ("Dtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", typeof(string)),
        ("RowCount", "bigint NOT NULL", typeof(long)),
        ("ColumnCount", "bigint NOT NULL", typeof(long)),
        ("Rank", "int NOT NULL", typeof(int)),
        ("FactorDtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", typeof(string)),
        ("BaseDtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NULL", typeof(string)),
        ("FactorBytes", "bigint NOT NULL", typeof(long)),
        ("OriginalHash", "binary(32) NOT NULL", typeof(byte[])),
        ("OriginalDtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", typeof(string)),
        ("OriginalBytes", "bigint NOT NULL", typeof(long)),
        ("IsDropped", "bit NOT NULL", typeof(bool)),
        ("RelativeError", "float NOT NULL", typeof(double)),
        ("SpectralError", "float NOT NULL", typeof(double)),
        ("TensorError", "float NOT NULL", typeof(double)),
        ("BaseModel", "nvarchar(max) COLLATE DATABASE_DEFAULT NULL", typeof(string)));

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
