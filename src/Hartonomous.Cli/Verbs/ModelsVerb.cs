using System.Globalization;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart models</c>: the models of the store.</summary>
internal sealed class ModelsVerb() : Verb("models", "List the models of the store.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart models", "hart models --json | jq -r '.models[].name'"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        IReadOnlyList<StoredModel> models = store.ListModels();
        if (invocation.IsJson)
        {
            WriteJson(invocation, models);
            return ExitCodes.Done;
        }

        if (models.Count == 0)
        {
            invocation.Note("the store holds no models");
            return ExitCodes.Done;
        }

        TextTable table = new(">Id", "Name", "Format", "Architecture", ">Parameters", ">Tensors", ">Size", "Imported (UTC)");
        foreach (StoredModel model in models)
        {
            table.Add(
                model.ModelId.ToString(CultureInfo.InvariantCulture),
                model.Name,
                HumanText.Format(model.Format),
                model.Architecture ?? "-",
                HumanText.Count(model.ParameterCount),
                HumanText.Count(model.Tensors),
                HumanText.Size(model.SizeBytes),
                model.ImportedAtUtc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        table.WriteTo(invocation.Console);
        return ExitCodes.Done;
    }

    private static void WriteJson(Invocation invocation, IReadOnlyList<StoredModel> models) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("models");
        foreach (StoredModel model in models)
        {
            json.WriteStartObject();
            json.WriteNumber("modelId", model.ModelId);
            json.WriteString("name", model.Name);
            json.WriteString("format", HumanText.Format(model.Format));
            json.WriteString("variant", model.Variant);
            json.WriteString("architecture", model.Architecture);
            json.WriteNumber("parameterCount", model.ParameterCount);
            json.WriteNumber("tensors", model.Tensors);
            json.WriteNumber("sizeBytes", model.SizeBytes);
            json.WriteString("tenant", model.Tenant);
            json.WriteBoolean("isFolder", model.IsFolder);
            json.WriteString("source", model.SourcePath);
            json.WriteString("importedAt", model.ImportedAtUtc.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
