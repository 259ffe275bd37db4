using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart remove</c>: models out of the store.</summary>
internal sealed class RemoveVerb : Verb
{
    private readonly Option<string[]> _models = new("--model")
    {
        Description = "Names of the stored models; several may follow.",
        HelpName = "NAME",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _yes = new("--yes", "-y")
    {
        Description = "Do not ask. Needed where nobody sits at a terminal, and with --json.",
    };

    public RemoveVerb()
        : base("remove", "Remove models from the store. What other models use stays.")
    {
        Options.Add(_models);
        Options.Add(_yes);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart remove --model tiny-base", "hart remove --model old-1 old-2 --yes --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        bool isSure = invocation.Arguments.GetValue(_yes);
        CliConsole console = invocation.Console;
        if (!isSure && (invocation.IsJson || !console.IsInTerminal || !console.IsErrorTerminal))
        {
            throw new UsageException("remove needs --yes where it cannot ask: without a terminal, and with --json");
        }

        using IModelStore store = invocation.OpenStore();

        // All are looked up before the first is removed: a mistyped name removes nothing.
        List<StoredModel> models =
        [
            .. invocation.Arguments.GetRequiredValue(_models)
                .Select(name => Invocation.FindModel(store, name))
                .DistinctBy(model => model.ModelId),
        ];
        if (!isSure && !Confirm(console, models))
        {
            invocation.Note("nothing was removed");
            return ExitCodes.Failed;
        }

        return Remove(invocation, store, models, cancellation);
    }

    private static bool Confirm(CliConsole console, List<StoredModel> models)
    {
        foreach (StoredModel model in models)
        {
            string extent = $"{HumanText.Plural(model.Tensors, "tensor")}, {HumanText.Size(model.SizeBytes)}";
            console.Error.WriteLine(SafeText.Show($"{model.Name}: {extent}, imported from {model.SourcePath}"));
        }

        console.Error.Write($"Remove {(models.Count == 1 ? "this model" : $"these {models.Count} models")} from the store? [y/N] ");
        console.Error.Flush();
        return console.In.ReadLine()?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    private static int Remove(Invocation invocation, IModelStore store, List<StoredModel> models, CancellationToken cancellation)
    {
        List<(StoredModel Model, RemovalSummary Summary)> removed = [];
        CliError? failure = null;
        try
        {
            foreach (StoredModel model in models)
            {
                cancellation.ThrowIfCancellationRequested();
                removed.Add((model, store.RemoveModel(model.ModelId)));
            }
        }
        catch (Exception error)
        {
            failure = CliError.Of(error);
            invocation.Report(failure);
        }

        if (invocation.IsJson)
        {
            WriteJson(invocation, removed, failure);
        }
        else if (removed.Count > 0)
        {
            TextTable table = new("Removed", ">Tensors", ">Released");
            foreach ((StoredModel model, RemovalSummary summary) in removed)
            {
                table.Add(model.Name, HumanText.Count(summary.Tensors), HumanText.Size(summary.ReleasedBytes));
            }

            table.WriteTo(invocation.Console);
        }

        return failure?.ExitCode ?? ExitCodes.Done;
    }

    private static void WriteJson(Invocation invocation, List<(StoredModel Model, RemovalSummary Summary)> removed, CliError? failure) =>
        invocation.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("removed");
            foreach ((StoredModel model, RemovalSummary summary) in removed)
            {
                json.WriteStartObject();
                json.WriteString("model", model.Name);
                json.WriteNumber("modelId", model.ModelId);
                json.WriteNumber("tensors", summary.Tensors);
                json.WriteNumber("releasedAtoms", summary.ReleasedAtoms);
                json.WriteNumber("releasedBytes", summary.ReleasedBytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (failure is not null)
            {
                ErrorWriter.WriteProperty(json, failure);
            }

            json.WriteEndObject();
        });
}
