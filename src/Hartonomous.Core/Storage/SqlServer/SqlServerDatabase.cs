using System.Collections.Concurrent;
using System.Data;
using System.Diagnostics;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Connections to the database of a store, and repetition of what fails for the moment.</summary>
internal sealed class SqlServerDatabase(SqlServerOptions options)
{
    /// <summary>Seconds after which a statement of the store counts as lost. Commits of large chunks take their time on a busy server.</summary>
    public const int CommandSeconds = 600;

    private const int Tries = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, Guid> _heldLeases = new();
    private volatile bool _wasReached;

    /// <summary>Server and sign-in.</summary>
    public SqlServerOptions Options => options;

    /// <summary>Whether the database isolates tenants by row-level security, so that connections have to say whose they are.</summary>
    public bool HasTenantContext { get; set; }

    /// <summary>Whether the server has the sketches as vectors too.</summary>
    public bool HasVectors { get; set; }

    /// <summary>The lease of a job that a worker of this process has taken from the queue; null where none has.</summary>
    public Guid? HeldLease(long jobId) => _heldLeases.TryGetValue(jobId, out Guid lease) ? lease : null;

    /// <summary>Notes the lease of a job taken from the queue, so that its import goes on under it.</summary>
    public void HoldLease(long jobId, Guid lease) => _heldLeases[jobId] = lease;

    /// <summary>Forgets a lease.</summary>
    public void DropLease(long jobId) => _heldLeases.TryRemove(jobId, out _);

    /// <summary>An open connection from the pool, for one tenant, or for all.</summary>
    /// <exception cref="StoreException">There is none to be had (<c>SERVER_UNREACHABLE</c>, <c>SERVER_LOGIN</c>, ...).</exception>
    public SqlConnection Connect(long? tenantId)
    {
        SqlConnection connection = options.NewConnection();
        try
        {
            connection.Open();
            _wasReached = true;
            if (HasTenantContext)
            {
                // 0 stands for all tenants, which only admins get. The pool resets it with the connection.
                connection.Execute(
                    "EXEC sys.sp_set_session_context @key = N'HartTenant', @value = @tenantId, @read_only = 1", new { tenantId = tenantId ?? 0 });
            }

            return connection;
        }
        catch (SqlException error)
        {
            connection.Dispose();
            throw SqlErrors.ToStoreException(error, options.ToString(), isOpening: true);
        }
        catch (Exception error) when (error is InvalidOperationException or PlatformNotSupportedException)
        {
            connection.Dispose();
            throw new StoreException(
                StoreErrorCodes.ServerUnreachable, options.ToString(), "no connection could be made: " + error.Message.TrimEnd('.'), error);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs work that can be repeated on a connection of its own, again after a short pause where the server says that it was a deadlock or a
    /// collision with another writer. A server that went away, as at a restart or a failover, is asked again as long as a lease lasts: after
    /// that another worker may have the job.
    /// </summary>
    /// <exception cref="StoreException">It failed for good.</exception>
    public T Run<T>(long? tenantId, Func<SqlConnection, T> work, CancellationToken cancellation = default)
    {
        Stopwatch? away = null;
        int attempt = 1;
        while (true)
        {
            try
            {
                using SqlConnection connection = Connect(tenantId);
                return work(connection);
            }
            catch (SqlException error) when (SqlErrors.IsConnectionLost(error))
            {
                cancellation.ThrowIfCancellationRequested();
                away ??= Stopwatch.StartNew();
                if (away.Elapsed >= options.Lease)
                {
                    throw SqlErrors.ToStoreException(error, options.ToString(), isOpening: false);
                }
            }
            catch (SqlException error)
            {
                cancellation.ThrowIfCancellationRequested();
                if (attempt == Tries || !(SqlErrors.IsTransient(error) || SqlErrors.IsDuplicate(error)))
                {
                    throw SqlErrors.ToStoreException(error, options.ToString(), isOpening: false);
                }
            }
            catch (StoreException error) when (_wasReached && error.Code is StoreErrorCodes.ServerUnreachable or StoreErrorCodes.ServerDatabase)
            {
                // It was there a moment ago. A server that has just started refuses databases that it still recovers.
                cancellation.ThrowIfCancellationRequested();
                away ??= Stopwatch.StartNew();
                if (away.Elapsed >= options.Lease)
                {
                    throw error.Code == StoreErrorCodes.ServerDatabase
                        ? error
                        : new StoreException(
                            StoreErrorCodes.ServerConnectionLost, error.Subject, $"the connection broke off and cannot be made again: {error.Problem}", error);
                }
            }

            Pause(attempt++, cancellation);
        }
    }

    /// <summary>Runs a stored procedure once, with no second try: for what is not worth waiting for.</summary>
    /// <exception cref="StoreException">It failed.</exception>
    public void ExecuteOnce(long? tenantId, string procedure, object parameters)
    {
        using SqlConnection connection = Connect(tenantId);
        try
        {
            connection.Execute(procedure, parameters, commandTimeout: CommandSeconds, commandType: CommandType.StoredProcedure);
        }
        catch (SqlException error)
        {
            throw SqlErrors.ToStoreException(error, options.ToString(), isOpening: false);
        }
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(long? tenantId, Action<SqlConnection> work, CancellationToken cancellation = default) => Run(
        tenantId,
        connection =>
        {
            work(connection);
            return 0;
        },
        cancellation);

    /// <summary>The rows of a stored procedure.</summary>
    public List<T> Query<T>(long? tenantId, string procedure, object parameters) => Run(
        tenantId,
        connection => connection.Query<T>(procedure, parameters, commandTimeout: CommandSeconds, commandType: CommandType.StoredProcedure).AsList());

    /// <summary>Runs a stored procedure.</summary>
    public void Execute(long? tenantId, string procedure, object parameters) => Run(
        tenantId,
        connection => connection.Execute(procedure, parameters, commandTimeout: CommandSeconds, commandType: CommandType.StoredProcedure));

    /// <summary>Doubles from try to try, with a share of chance, so that those who collided do not meet again.</summary>
    private static void Pause(int attempt, CancellationToken cancellation)
    {
        double most = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1));
        cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds((most / 2) + (Random.Shared.NextDouble() * most / 2)));
        cancellation.ThrowIfCancellationRequested();
    }
}
