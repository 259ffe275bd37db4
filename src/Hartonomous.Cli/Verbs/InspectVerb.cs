using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart inspect</c>: what a model's files say, without a store.</summary>
internal sealed class InspectVerb : Verb
{
    private readonly Argument<string> _path = new("PATH")
    {
        Description = "A model file, one of its shards, a shard index, or a folder.",
    };

    private readonly Option<bool> _hash = new("--hash") { Description = "Compute the SHA-256 of each tensor; reads the whole model." };

    private readonly Option<bool> _recurse = new("--recurse") { Description = "Search the folders below a folder, too." };

    private readonly TensorFilter _filter = new();

    public InspectVerb()
        : base("inspect", "Show what model files hold: format, metadata, tensors. Needs no store.")
    {
        Arguments.Add(_path);
        Options.Add(_hash);
        Options.Add(_recurse);
        Options.Add(_filter.Option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart inspect model.gguf",
        "hart inspect model-00001-of-00003.safetensors --hash",
        "hart inspect model.gguf --tensor 'blk.0.*' --tensor 'output*'",
        "hart inspect model.gguf --json | jq -r '.tensors[] | [.name, .dtype, .sizeBytes] | @tsv'",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string path = Paths.Check(arguments.GetRequiredValue(_path));
        IReadOnlyList<ModelLocation> locations = ModelReader.Locate(path, arguments.GetValue(_recurse));
        if (locations.Count == 1)
        {
            Inspection only = Inspect(invocation, locations[0], cancellation);
            if (invocation.IsJson)
            {
                invocation.WriteJson(only.WriteJson);
            }
            else
            {
                only.WriteText(invocation.Console);
            }

            return ExitCodes.Done;
        }

        return InspectAll(invocation, locations, cancellation);
    }

    private int InspectAll(Invocation invocation, IReadOnlyList<ModelLocation> locations, CancellationToken cancellation)
    {
        List<Inspection> models = [];
        FailureList failures = new(invocation);
        foreach (ModelLocation location in locations)
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                Inspection model = Inspect(invocation, location, cancellation);
                models.Add(model);
                if (!invocation.IsJson)
                {
                    model.WriteText(invocation.Console);
                    invocation.Console.Out.WriteLine();
                }
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failures.Add(location.DisplayPath, error);
            }
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("models");
                models.ForEach(model => model.WriteJson(json));
                json.WriteEndArray();
                failures.WriteJson(json);
                json.WriteEndObject();
            });
        }

        return failures.ExitCode;
    }

    private Inspection Inspect(Invocation invocation, ModelLocation location, CancellationToken cancellation)
    {
        using ModelSource source = ModelReader.Open(location, cancellation: cancellation);
        foreach (string warning in source.Metadata.Warnings)
        {
            invocation.Warn(warning);
        }

        IReadOnlyList<TensorInfo> tensors = _filter.Apply(invocation.Arguments, source.Metadata.Tensors, tensor => tensor.Name);
        if (tensors.Count == 0 && _filter.IsGiven(invocation.Arguments))
        {
            invocation.Warn($"no tensor of {location.Name} has a name that fits --tensor");
        }

        if (invocation.Arguments.GetValue(_hash))
        {
            tensors = invocation.WithProgress(progress => ModelInspector.Hash(source, tensors, progress, cancellation));
        }

        return new Inspection(location, source.Metadata, [.. source.Files.Select(file => (file.Path, file.SizeBytes))], tensors);
    }
}
