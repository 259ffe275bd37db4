using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart absorb</c>: copies what was imported in place into the store.</summary>
internal sealed class AbsorbVerb : Verb
{
    private readonly Option<string[]> _models = new("--model")
    {
        Description = "Names of the stored models.",
        HelpName = "NAME",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    public AbsorbVerb()
        : base("absorb", "Copy what of models lies in files outside into the store; the files are not needed after that.") =>
        Options.Add(_models);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart absorb --model llama", "hart absorb --model llama mistral --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();

        // All names first: a mistyped one copies nothing.
        List<StoredModel> models = [.. invocation.Arguments.GetRequiredValue(_models).Select(name => Invocation.FindModel(store, name))];
        List<(StoredModel Model, AbsorbSummary Summary)> done = [];
        foreach (StoredModel model in models)
        {
            done.Add((model, invocation.WithProgress(progress => new ModelAbsorber(store).Absorb(model.Name, progress, cancellation))));
        }

        if (invocation.IsJson)
        {
            WriteJson(invocation, done);
            return ExitCodes.Done;
        }

        TextTable table = new("Model", ">Contents", ">Size");
        foreach ((StoredModel model, AbsorbSummary summary) in done)
        {
            table.Add(model.Name, HumanText.Count(summary.Atoms), HumanText.Size(summary.Bytes));
        }

        table.WriteTo(invocation.Console);
        return ExitCodes.Done;
    }

    private static void WriteJson(Invocation invocation, List<(StoredModel Model, AbsorbSummary Summary)> done) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("absorbed");
        foreach ((StoredModel model, AbsorbSummary summary) in done)
        {
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteNumber("modelId", model.ModelId);
            json.WriteNumber("absorbedAtoms", summary.Atoms);
            json.WriteNumber("absorbedBytes", summary.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
