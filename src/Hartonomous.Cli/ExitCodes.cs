namespace Hartonomous.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    /// <summary>Everything asked for was done.</summary>
    public const int Done = 0;

    /// <summary>Something failed, or <c>verify</c> found the store damaged.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>A model file is not as its format says, or there is none.</summary>
    public const int InvalidInput = 3;

    /// <summary>A tenant's quota does not allow it.</summary>
    public const int QuotaExceeded = 4;

    /// <summary>Ended by Ctrl+C or SIGTERM.</summary>
    public const int Interrupted = 130;
}
