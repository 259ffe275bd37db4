using Dapper;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The jobs of a store on a server. Who works on one holds its lease; a job that is Processing and whose lease has run out was killed.</summary>
internal sealed class SqlServerJobs(SqlServerDatabase database, TenantScope scope) : IJobStore
{
    private const string Columns =
        """
        SELECT j.JobId, t.Name AS Tenant, j.ModelName AS Model, j.SourcePath, j.Status, j.IsStopRequested, j.Granularity, j.BlockBytes, j.IsReplacing,
               CAST(0 AS bit) AS IsInPlace, j.TensorCount AS Tensors,
               CASE WHEN j.Status = N'Complete' THEN j.TensorCount
                    ELSE (SELECT COUNT_BIG(*) FROM dbo.IngestionJobTensors d WHERE d.JobId = j.JobId) END AS TensorsDone,
               j.BytesTotal, j.BytesProcessed, j.NewAtoms, j.NewBytes, j.ModelId, j.ErrorCode, j.ErrorMessage, j.HostName, j.ProcessId, j.Runs,
               j.CreatedAt, j.StartedAt, j.LastUpdatedAt, j.HeartbeatAt, j.EndedAt, j.SourceFiles, j.Selection,
               CASE WHEN j.Status = N'Processing' AND j.LeaseUntil >= SYSUTCDATETIME() THEN 1 ELSE 0 END AS IsRunning
        FROM dbo.IngestionJobs j JOIN dbo.Tenants t ON t.TenantId = j.TenantId
        WHERE (@TenantId IS NULL OR j.TenantId = @TenantId)
        """;

    /// <inheritdoc/>
    public IReadOnlyList<IngestionJob> List(JobStatus? status = null) =>
        Query($"{Columns} AND (@status IS NULL OR j.Status = @status) ORDER BY j.JobId DESC", new { scope.TenantId, status = status?.ToString() });

    /// <inheritdoc/>
    public IngestionJob? Find(long jobId) => Query($"{Columns} AND j.JobId = @jobId", new { scope.TenantId, jobId }).SingleOrDefault();

    /// <inheritdoc/>
    public IngestionJob Stop(long jobId) => Change("dbo.sp_StopJob", new { jobId, scope.TenantId }, jobId);

    /// <inheritdoc/>
    public IngestionJob Reset(long jobId) => Change("dbo.sp_ResetJob", new { jobId, scope.TenantId }, jobId);

    /// <inheritdoc/>
    public void Close(long jobId, long modelId) =>
        Change("dbo.sp_CloseJob", new { jobId, scope.TenantId, modelId, LeaseId = database.HeldLease(jobId) }, jobId);

    private IngestionJob Change(string procedure, object parameters, long jobId)
    {
        database.Execute(scope.TenantId, procedure, parameters);
        return Find(jobId) ?? throw EmbeddedJobs.NotFound(jobId);
    }

    private List<IngestionJob> Query(string sql, object parameters) => database.Run(
        scope.TenantId,
        connection => connection.Query<JobRow, int, IngestionJob>(
            sql,
            (row, isRunning) => Decode(row).ToJob(isRunning == 1 && database.HeldLease(row.JobId) is null),
            parameters,
            splitOn: "IsRunning").AsList());

    private static JobRow Decode(JobRow row) => row with
    {
        Model = SqlText.Decode(row.Model),
        SourcePath = SqlText.Decode(row.SourcePath),
        ErrorMessage = row.ErrorMessage is null ? null : SqlText.Decode(row.ErrorMessage),
    };
}
