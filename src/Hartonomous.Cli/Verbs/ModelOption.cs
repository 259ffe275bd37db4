using System.CommandLine;

namespace Hartonomous.Cli.Verbs;

/// <summary>The option <c>--model</c> of the verbs that work on a stored model.</summary>
internal static class ModelOption
{
    /// <summary>One model.</summary>
    public static Option<string> One() => new("--model") { Description = "Name of the stored model.", HelpName = "NAME", Required = true };
}
