namespace Hartonomous.Cli;

/// <summary>Codes of the errors that arise in the command line itself.</summary>
internal static class CliErrorCodes
{
    /// <summary>The command line is wrong.</summary>
    public const string Usage = "USAGE";

    /// <summary>The default name of a model is none a store takes.</summary>
    public const string ModelName = "MODEL_NAME";

    /// <summary>The operating system refused to read or write.</summary>
    public const string Io = "IO_ERROR";

    /// <summary>The operating system denied access.</summary>
    public const string AccessDenied = "ACCESS_DENIED";

    /// <summary>The store's database refused a statement.</summary>
    public const string Database = "DATABASE_ERROR";

    /// <summary>The user ended the command.</summary>
    public const string Interrupted = "INTERRUPTED";

    /// <summary>An error nobody foresaw.</summary>
    public const string Internal = "INTERNAL_ERROR";
}
