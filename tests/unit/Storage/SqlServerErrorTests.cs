using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Tests.Storage;

/// <summary>What errors of the server mean, by their numbers in sys.messages; texts are those of SQL Server and of Babelfish.</summary>
public sealed class SqlServerErrorTests
{
    [Theory]
    [InlineData(18456, 14, "Login failed for user 'importer'.", "SERVER_LOGIN")]
    [InlineData(4060, 11, "Cannot open database \"hart\" requested by the login. The login failed.", "SERVER_DATABASE")]
    [InlineData(229, 14, "The EXECUTE permission was denied on the object 'sp_OpenJob', database 'hart', schema 'dbo'.", "STORE_PERMISSION")]
    [InlineData(1205, 13, "Transaction (Process ID 52) was deadlocked on lock resources with another process.", "SERVER_DEADLOCK")]
    [InlineData(1222, 16, "Lock request time out period exceeded.", "SERVER_TIMEOUT")]
    [InlineData(-2, 11, "Execution Timeout Expired.", "SERVER_TIMEOUT")]
    [InlineData(9002, 17, "The transaction log for database 'hart' is full due to 'LOG_BACKUP'.", "SERVER_FULL")]
    [InlineData(1105, 17, "Could not allocate space for object 'dbo.AtomPayloads' in database 'hart' because the 'PRIMARY' filegroup is full.", "SERVER_FULL")]
    [InlineData(1101, 17, "Could not allocate a new page for database 'hart' because of insufficient disk space in filegroup 'PRIMARY'.", "SERVER_FULL")]
    [InlineData(33557097, 16, "could not extend file \"pg_tblspc/95484/PG_16_202307071/16385/95513\": No space left on device", "SERVER_FULL")]
    [InlineData(33557097, 16, "permission denied for procedure sp_openjob", "STORE_PERMISSION")]
    [InlineData(33557097, 16, "'WAITFOR' is not currently supported in Babelfish", "SERVER_ERROR")]
    [InlineData(10054, 20, "A transport-level error has occurred when receiving results from the server.", "SERVER_CONNECTION_LOST")]
    [InlineData(596, 21, "Cannot continue the execution because the session is in the kill state.", "SERVER_CONNECTION_LOST")]
    [InlineData(6005, 10, "SHUTDOWN is in progress.", "SERVER_CONNECTION_LOST")]
    [InlineData(208, 16, "Invalid object name 'dbo.Models'.", "STORE_NOT_FOUND")]
    [InlineData(8134, 16, "Divide by zero error encountered.", "SERVER_ERROR")]
    [InlineData(51000, 16, "QUOTA_BYTES|acme|it would have too much", "QUOTA_BYTES")]
    public void Errors_at_work_have_codes(int number, byte severity, string text, string code)
    {
        StoreException error = SqlErrors.ToStoreException(number, severity, text, "sql01/hart", isOpening: false, null);

        Assert.Equal(code, error.Code);
        Assert.Equal(number == 51000 ? "acme" : "sql01/hart", error.Subject);
    }

    [Theory]
    [InlineData(-2, 11, "Connection Timeout Expired.", "SERVER_UNREACHABLE")]
    [InlineData(10061, 20, "A network-related or instance-specific error occurred while establishing a connection to SQL Server.", "SERVER_UNREACHABLE")]
    [InlineData(11001, 20, "No such host is known.", "SERVER_UNREACHABLE")]
    [InlineData(40613, 14, "Database 'hart' on server 'x' is not currently available.", "SERVER_UNREACHABLE")]
    [InlineData(18401, 14, "Login failed for user 'sa'. Reason: Server is in script upgrade mode.", "SERVER_UNREACHABLE")]
    [InlineData(18487, 14, "Login failed for user 'sa'. Reason: The password of the account has expired.", "SERVER_LOGIN")]
    [InlineData(0, 11, "The target principal name is incorrect.  Cannot generate SSPI context.", "SERVER_LOGIN")]
    public void Errors_on_connecting_have_codes(int number, byte severity, string text, string code) =>
        Assert.Equal(code, SqlErrors.ToStoreException(number, severity, text, "sql01/hart", isOpening: true, null).Code);

    [Theory]
    [InlineData(1205, 13, true)]
    [InlineData(3960, 16, true)]
    [InlineData(40501, 20, true)]
    [InlineData(10054, 20, true)]
    [InlineData(9002, 17, false)]
    [InlineData(18456, 14, false)]
    [InlineData(4060, 11, false)]
    [InlineData(51000, 16, false)]
    [InlineData(8134, 16, false)]
    public void What_may_pass_is_tried_again(int number, byte severity, bool again) => Assert.Equal(again, SqlErrors.IsTransient(number, severity));
}
