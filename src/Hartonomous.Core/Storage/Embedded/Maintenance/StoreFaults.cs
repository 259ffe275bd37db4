using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>Gives the errors of disk and database that an admin can mend a code of their own: no space, no right to write, damage.</summary>
internal static class StoreFaults
{
    // IOException.HResult is errno on Unix, an HRESULT on Windows.
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;
    private const int HandleDiskFull = unchecked((int)0x80070027);
    private const int DiskFull = unchecked((int)0x80070070);
    private const int WriteProtect = unchecked((int)0x80070013);

    /// <summary>Does something that writes to a store.</summary>
    /// <param name="store">The store's folder or database.</param>
    /// <param name="work">What to do.</param>
    /// <exception cref="StoreException"><c>STORE_FULL</c>, <c>STORE_READ_ONLY</c>, <c>STORE_CORRUPT</c>.</exception>
    public static T Guard<T>(string store, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (Translate(error, store) is { } known)
        {
            throw known;
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string store, Action work) => Guard(store, () =>
    {
        work();
        return 0;
    });

    /// <summary>The error with a code, or null where it is none of those.</summary>
    public static StoreException? Translate(Exception error, string store) => error switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } or SqliteException { SqliteExtendedErrorCode: raw.SQLITE_IOERR_SHMSIZE } => Full(store, error),
        SqliteException { SqliteErrorCode: raw.SQLITE_READONLY } => ReadOnly(store, error),
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB } => new StoreException(
            StoreErrorCodes.StoreCorrupt, store, "the database is damaged; a repair rebuilds what the packs can give", error),
        IOException { HResult: NoSpace or QuotaLinux or QuotaMac or HandleDiskFull or DiskFull } => Full(store, error),
        IOException { HResult: ReadOnlyFileSystem or WriteProtect } or UnauthorizedAccessException => ReadOnly(store, error),
        _ => null,
    };

    private static StoreException Full(string store, Exception error) => new(
        StoreErrorCodes.StoreFull, store, "the disk has no space left; what was committed is whole, and an import goes on from there", error);

    private static StoreException ReadOnly(string store, Exception error) => new(
        StoreErrorCodes.StoreReadOnly, store, "the store cannot be written to: its disk is read-only, or the user may not", error);
}
