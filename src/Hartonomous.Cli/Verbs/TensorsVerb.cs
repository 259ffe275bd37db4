using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart tensors</c>: the tensors of a stored model.</summary>
internal sealed class TensorsVerb : Verb
{
    private readonly Option<string> _model = ModelOption.One();
    private readonly TensorFilter _filter = new();

    public TensorsVerb()
        : base("tensors", "List the tensors of a stored model with their SHA-256.")
    {
        Options.Add(_model);
        Options.Add(_filter.Option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart tensors --model tiny-base", "hart tensors --model tiny-base --tensor '*norm*' --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        StoredModel model = Invocation.FindModel(store, invocation.Arguments.GetRequiredValue(_model));
        IReadOnlyList<StoredTensor> tensors = _filter.Apply(
            invocation.Arguments, [.. store.ListTensors(model.ModelId)], tensor => tensor.Info.Name);
        if (invocation.IsJson)
        {
            WriteJson(invocation, tensors);
        }
        else
        {
            TensorWriter.Table([.. tensors.Select(tensor => tensor.Info)]).WriteTo(invocation.Console);
        }

        return ExitCodes.Done;
    }

    private static void WriteJson(Invocation invocation, IReadOnlyList<StoredTensor> tensors) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("tensors");
        foreach (StoredTensor tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteNumber("tensorAtomId", tensor.TensorAtomId);
            json.WriteString("model", tensor.Model);
            TensorWriter.WriteContent(json, tensor.Info);
            json.WriteString("lastAccessedAt", tensor.LastAccessedAtUtc);
            json.WriteString("prunedFrom", tensor.PrunedFrom?.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
