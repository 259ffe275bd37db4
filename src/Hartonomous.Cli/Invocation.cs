using System.CommandLine;
using System.Text.Json;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Cli;

/// <summary>One run of a verb: what the command line says, and where the output goes.</summary>
/// <param name="arguments">The parsed command line.</param>
/// <param name="options">The global options.</param>
/// <param name="console">Where the output goes.</param>
internal sealed class Invocation(ParseResult arguments, GlobalOptions options, CliConsole console)
{
    /// <summary>The parsed command line.</summary>
    public ParseResult Arguments => arguments;

    /// <summary>Where the output goes.</summary>
    public CliConsole Console => console;

    /// <summary>The tenant whose models are meant.</summary>
    public string Tenant { get; } = arguments.GetValue(options.Tenant)!;

    /// <summary>Whether a JSON document is wanted.</summary>
    public bool IsJson { get; } = arguments.GetValue(options.Json);

    /// <summary>Whether warnings and notes are unwanted.</summary>
    public bool IsQuiet { get; } = arguments.GetValue(options.Quiet);

    /// <summary>Whether stack traces are wanted.</summary>
    public bool IsVerbose { get; } = arguments.GetValue(options.Verbose);

    private bool ShowsProgress => console.IsErrorTerminal && !IsQuiet && !arguments.GetValue(options.NoProgress);

    /// <summary>The folder of the store, whether or not one is there.</summary>
    public string StorePath => StoreFolder();

    /// <summary>Opens the store that is there.</summary>
    /// <exception cref="StoreException">There is none.</exception>
    public IModelStore OpenStore() => EmbeddedStore.Open(StoreFolder(), Tenant);

    /// <summary>Opens the store, and makes it first where there is none.</summary>
    /// <exception cref="StoreException">The folder holds other things.</exception>
    public IModelStore OpenOrCreateStore() => EmbeddedStore.OpenOrCreate(StoreFolder(), Tenant);

    /// <summary>A stored model.</summary>
    /// <exception cref="StoreException">No model of the name is stored.</exception>
    public static StoredModel FindModel(IModelStore store, string name) =>
        store.FindModel(name) ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");

    /// <summary>Writes the JSON document.</summary>
    public void WriteJson(Action<Utf8JsonWriter> write) => JsonDocumentWriter.Write(console.Out, console.IsOutTerminal, write);

    /// <summary>Writes a warning to standard error.</summary>
    public void Warn(string text) => Note($"warning: {text}");

    /// <summary>Writes a note to standard error.</summary>
    public void Note(string text)
    {
        if (!IsQuiet)
        {
            console.Error.WriteLine($"hart: {SafeText.Show(text)}");
        }
    }

    /// <summary>Writes an error to standard error.</summary>
    public void Report(CliError error) => ErrorWriter.WriteLine(console.Error, error);

    /// <summary>Runs work under a progress bar, where one can be shown.</summary>
    public T WithProgress<T>(Func<IProgress<OperationProgress>?, T> work) =>
        ShowsProgress ? ProgressDisplay.Run(console, work) : work(null);

    /// <summary>The folder of the store.</summary>
    public string StoreFolder()
    {
        if (arguments.GetValue(options.Store) is { } named)
        {
            return named.Length > 0 ? named : throw new UsageException("--store is given an empty name");
        }

        if (console.GetVariable(GlobalOptions.StoreVariable) is { Length: > 0 } variable)
        {
            return variable;
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0
            ? Path.Combine(home, ".hartonomous")
            : throw new UsageException($"this user has no home folder; name the store with --store or {GlobalOptions.StoreVariable}");
    }
}
