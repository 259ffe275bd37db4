using System.Net.Sockets;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>What an error of the server means: whether to try again, and what to tell the admin. Numbers are those of sys.messages.</summary>
internal static class SqlErrors
{
    /// <summary>Number of the errors that the store's own procedures throw, as <c>CODE|subject|problem</c>.</summary>
    private const int Own = 51000;

    private const int Deadlock = 1205;
    private const int ClientTimeout = -2;

    /// <summary>
    /// The number under which Babelfish reports those of PostgreSQL's errors that have none in sys.messages. Their texts are PostgreSQL's.
    /// </summary>
    private const int Unnumbered = 33_557_097;

    /// <summary>The unique keys of what others may bring in at the same moment.</summary>
    public static bool IsDuplicate(SqlException error) => error.Number is 2601 or 2627;

    /// <summary>Whether the same is likely to succeed a little later.</summary>
    public static bool IsTransient(SqlException error) => IsTransient(error.Number, error.Class);

    /// <inheritdoc cref="IsTransient(SqlException)"/>
    public static bool IsTransient(int number, byte severity) => number switch
    {
        Deadlock or 1222 or 3960 or 3961 or 41302 or 41305 or 41325 => true,
        4060 or 18456 or Own => false,
        49918 or 49919 or 49920 or 40197 or 40501 or 40613 or 40143 or 40166 or 10928 or 10929 or 10936 or 4221 or 615 or 926 => true,
        _ => IsConnectionLost(number, severity),
    };

    /// <summary>Whether the connection, or the server, went away.</summary>
    public static bool IsConnectionLost(SqlException error) => IsConnectionLost(error.Number, error.Class);

    /// <inheritdoc cref="IsConnectionLost(SqlException)"/>
    public static bool IsConnectionLost(int number, byte severity) =>
        number is 0 or 2 or 20 or 35 or 40 or 53 or 64 or 121 or 233 or 258 or 596 or 6002 or 6005 or 10050 or 10051 or 10053 or 10054 or 10060
            or 10061 or 10064 or 10065 or 11001 ||
        (severity >= 20 && number is not (4060 or 18456));

    /// <summary>The store's error for one of the server's.</summary>
    /// <param name="error">The server's error.</param>
    /// <param name="target">Server and database.</param>
    /// <param name="isOpening">Whether it came on connecting.</param>
    public static StoreException ToStoreException(SqlException error, string target, bool isOpening)
    {
        if (isOpening && IsCertificate(error))
        {
            return new StoreException(
                StoreErrorCodes.ServerCertificate, target,
                "the server's certificate is not trusted; install one that is, or accept it with -TrustServerCertificate", error);
        }

        // Of a name that is not known, or a port that nobody listens to, SqlClient says at length that something went wrong, and the system what.
        string? system = isOpening && FindSocketError(error) is { NativeErrorCode: not 0 } socket ? socket.Message : null;
        string text = (system ?? (error.Errors.Count > 0 ? error.Errors[0].Message : error.Message)).ReplaceLineEndings(" ").Trim();
        return ToStoreException(error.Number, error.Class, text, target, isOpening, error);
    }

    /// <summary>The store's error for a number, a severity and a text of the server's.</summary>
    public static StoreException ToStoreException(int number, byte severity, string text, string target, bool isOpening, Exception? inner)
    {
        if (number == Own && text.Split('|', 3) is [string code, string subject, string problem])
        {
            return new StoreException(code.Trim('"', ' '), SqlText.Decode(subject), SqlText.Decode(problem.TrimEnd('"')), inner);
        }

        // The server's own words behind ours: they name objects and logins, never passwords.
        string words = text.TrimEnd('.');
        return number switch
        {
            18456 or 18452 or 18470 or 18486 or 18487 or 18488 => Of(
                StoreErrorCodes.ServerLogin,
                "the server refused the login: the user name, the password or the token is wrong, or the login is disabled"),
            _ when isOpening && text.Contains("SSPI", StringComparison.Ordinal) => Of(
                StoreErrorCodes.ServerLogin,
                $"this host has no Windows or Kerberos ticket for the server; get one, or sign in with a SQL login or a token ({words})"),
            4060 or 911 or 4064 => Of(StoreErrorCodes.ServerDatabase, "the login cannot open the database, or there is none of this name"),
            229 or 230 or 262 or 297 or 300 or 916 or 15247 => Denied(),
            Unnumbered when text.Contains("permission denied for", StringComparison.Ordinal) => Denied(),
            Deadlock => Of(StoreErrorCodes.ServerDeadlock, "it was chosen as the victim of a deadlock again and again"),
            1222 or ClientTimeout when !isOpening => Of(StoreErrorCodes.ServerTimeout, "the server did not answer in time"),
            9002 or 1105 or 1101 or 5149 or 3257 or 40544 => Full(),
            Unnumbered when text.Contains("No space left on device", StringComparison.Ordinal) ||
                text.Contains("Disk quota exceeded", StringComparison.Ordinal) => Full(),
            208 or 2812 => Of(StoreErrorCodes.StoreNotFound,
                "the database holds no store of this version; Install-HartSchema or hart schema --update makes one"),
            17187 or 18401 or 922 or 976 or 978 or 983 when isOpening => Of(StoreErrorCodes.ServerUnreachable, $"the server is not ready ({words})"),
            _ when isOpening && (IsTransient(number, severity) || number == ClientTimeout) => Of(
                StoreErrorCodes.ServerUnreachable, $"the server cannot be reached ({words})"),
            _ when IsConnectionLost(number, severity) => Of(StoreErrorCodes.ServerConnectionLost, $"the connection to the server broke off ({words})"),
            _ => Of(StoreErrorCodes.ServerError, $"the server reports error {number}: {words}"),
        };

        StoreException Of(string known, string what) => new(known, target, what, inner);

        StoreException Denied() => Of(
            StoreErrorCodes.StorePermission,
            $"the login lacks a permission; the roles hart_reader, hart_ingest and hart_admin grant them ({words})");

        StoreException Full() => Of(
            StoreErrorCodes.ServerFull, $"the server has no room left; free space or back up the log, then resume the job ({words})");
    }

    private static SocketException? FindSocketError(Exception? error)
    {
        while (error is not (null or SocketException))
        {
            error = error.InnerException;
        }

        return (SocketException?)error;
    }

    private static bool IsCertificate(SqlException error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is System.Security.Authentication.AuthenticationException || cause.Message.Contains("certificate", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
