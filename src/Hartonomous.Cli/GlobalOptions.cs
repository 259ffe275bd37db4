using System.CommandLine;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli;

/// <summary>The options that every verb takes, before or behind its name.</summary>
internal sealed class GlobalOptions
{
    /// <summary>The variable that names the store where <c>--store</c> does not.</summary>
    public const string StoreVariable = "HARTONOMOUS_STORE";

    /// <summary>The folder of the store.</summary>
    public Option<string?> Store { get; } = new("--store")
    {
        Description = $"The folder of the store. Default: ${StoreVariable}, else ~/.hartonomous.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The tenant whose models are meant.</summary>
    public Option<string> Tenant { get; } = new("--tenant")
    {
        Description = "The tenant whose models and jobs are meant; '*' shows those of all. Default: default.",
        HelpName = "NAME",
        Recursive = true,
        DefaultValueFactory = _ => TenantNames.Default,
    };

    /// <summary>One JSON document on standard output instead of tables.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Write one JSON document to standard output, and nothing else.",
        Recursive = true,
    };

    /// <summary>No progress bar.</summary>
    public Option<bool> NoProgress { get; } = new("--no-progress")
    {
        Description = "Show no progress bar. There is none anyway where standard error is not a terminal.",
        Recursive = true,
    };

    /// <summary>No progress bar, warnings and notes.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "Show no progress bar, no warnings and no notes; results and errors remain.",
        Recursive = true,
    };

    /// <summary>Stack traces.</summary>
    public Option<bool> Verbose { get; } = new("--verbose")
    {
        Description = "Show where in the program an error arose.",
        Recursive = true,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Store);
        command.Options.Add(Tenant);
        command.Options.Add(Json);
        command.Options.Add(NoProgress);
        command.Options.Add(Quiet);
        command.Options.Add(Verbose);
    }
}
