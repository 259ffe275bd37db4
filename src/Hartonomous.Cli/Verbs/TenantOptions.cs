using System.CommandLine;
using System.Globalization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary>The name and the settings of a tenant on the command line.</summary>
internal sealed class TenantOptions
{
    private const string None = "none";

    private readonly Option<string?> _maxAtoms = Quota("--max-atoms", "Most distinct contents that the tenant's models may refer to, or none.", "COUNT");
    private readonly Option<string?> _maxBytes = Quota("--max-bytes", "Most bytes of those contents, or none.", "BYTES");
    private readonly Option<string?> _description = new("--description") { Description = "What the tenant is, for people.", HelpName = "TEXT" };

    /// <summary>The tenant.</summary>
    public static Argument<string> Name() => new("NAME") { Description = "The tenant." };

    /// <summary>Adds the settings to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_maxAtoms);
        command.Options.Add(_maxBytes);
        command.Options.Add(_description);
    }

    /// <summary>The settings with what the command line changes.</summary>
    public TenantSettings Apply(ParseResult arguments, TenantSettings settings) => new(
        arguments.GetValue(_maxAtoms) is { } atoms ? Read(atoms) : settings.MaxAtoms,
        arguments.GetValue(_maxBytes) is { } bytes ? Read(bytes) : settings.MaxBytes,
        arguments.GetValue(_description) ?? settings.Description);

    private static long? Read(string text) => text == None ? null : long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static Option<string?> Quota(string name, string description, string helpName)
    {
        Option<string?> option = new(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            string text = result.Tokens.Count > 0 ? result.Tokens[0].Value : None;
            if (text != None && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"{name} takes a whole number, or {None}");
            }
        });
        return option;
    }
}
