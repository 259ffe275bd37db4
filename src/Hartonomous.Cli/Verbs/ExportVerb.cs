using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart export</c>: a stored model's files, bit for bit; or the model with its values in another encoding.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Option<string> _model = ModelOption.One();

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The file to write, or a folder to write it into; for a model of several files, the folder.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<TensorDtype?> _dtype = new("--dtype")
    {
        Description = "Convert the weights: a .safetensors file for F32, F16 and BF16, a .gguf file for these, Q8_0 and Q4_0.",
        HelpName = string.Join('|', ModelConverter.Dtypes),
        CustomParser = ParseDtype,
    };

    private readonly Option<PrunedExport> _pruned = new("--pruned")
    {
        Description = "What becomes of pruned tensors: zeros or omit. Without, a pruned model is refused.",
        HelpName = "HOW",
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "zeros":
                    return PrunedExport.Zeros;
                case "omit":
                    return PrunedExport.Omit;
                default:
                    result.AddError("--pruned takes zeros or omit");
                    return PrunedExport.Refuse;
            }
        },
    };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace files that are there." };

    private readonly Option<bool> _allowReconstructed = new("--allow-reconstructed")
    {
        Description = "Export a model that has tensors put together from factors. Its files say so, and are not those that were imported.",
    };

    private readonly TensorFilter _filter = new();

    private readonly Option<string?> _shardSize = new("--shard-size")
    {
        Description = "Write the model in new files with so many bytes of tensors at most: 2GB, 500MB, 4GiB. For GGUF and SafeTensors.",
        HelpName = "SIZE",
    };

    public ExportVerb()
        : base("export", "Give a stored model's files back, bit for bit, with their SHA-256 checked on the way; or write parts of it to new files.")
    {
        Options.Add(_model);
        Options.Add(_output);
        Options.Add(_dtype);
        Options.Add(_overwrite);
        Options.Add(_pruned);
        Options.Add(_allowReconstructed);
        Options.Add(_filter.Option);
        _shardSize.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !SizeText.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError("--shard-size takes a number of bytes, or one with KB, MB, GB, TB, KiB, MiB, GiB or TiB behind it");
            }
        });
        Options.Add(_shardSize);
        Validators.Add(result =>
        {
            if (result.GetResult(_dtype) is not null && (result.GetResult(_filter.Option) is not null || result.GetResult(_shardSize) is not null))
            {
                result.AddError("--dtype converts a whole model to one file; leave --tensor and --shard-size out");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart export --model tiny-base --output tiny-base.safetensors",
        "hart export --model Qwen2-7B --output /srv/models/Qwen2-7B --overwrite",
        "hart export --model tiny-base --tensor '*norm*' --output norms.safetensors",
        "hart export --model Qwen2-7B --shard-size 2GB --output /srv/models/Qwen2-7B-sharded",
        "hart export --model tiny-base --dtype Q8_0 --output tiny-base-q8_0.gguf",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string output = Paths.Check(arguments.GetRequiredValue(_output));
        using IModelStore store = invocation.OpenStore();
        string model = arguments.GetRequiredValue(_model);
        PrunedExport pruned = arguments.GetValue(_pruned);
        bool overwrite = arguments.GetValue(_overwrite);
        if (arguments.GetValue(_dtype) is { } dtype)
        {
            Report(invocation, invocation.WithProgress(
                progress => new ModelConverter(store).Convert(model, dtype, output, overwrite, progress, cancellation)));
            return ExitCodes.Done;
        }

        bool allowed = arguments.GetValue(_allowReconstructed);
        PartExportOptions? parts = PartsWanted(arguments);
        ExportResult result = invocation.WithProgress(progress => parts is null
            ? new ModelExporter(store) { Pruned = pruned, AllowsReconstructed = allowed }.Export(model, output, overwrite, progress, cancellation)
            : new PartExporter(store) { AllowsReconstructed = allowed }.Export(model, output, parts, progress, cancellation));
        if (result.Reconstructed.Count > 0)
        {
            string count = HumanText.Plural(result.Reconstructed.Count, "tensor");
            invocation.Warn($"{count} of {result.Model} come from factors: these are not the values that were imported");
        }

        if (invocation.IsJson)
        {
            WriteJson(invocation, result);
            return ExitCodes.Done;
        }

        TextTable table = new("File", ">Size", "SHA-256");
        foreach (ExportedFile file in result.Files)
        {
            table.Add(file.Path, HumanText.Size(file.SizeBytes), file.Sha256.ToString());
        }

        table.WriteTo(invocation.Console);
        if (result.PrunedTensors.Count > 0)
        {
            string became = result.PrunedAs == PrunedExport.Omit ? "left out" : "zeros";
            invocation.Warn($"{result.Model} was pruned; of its tensors became {became}: {string.Join(", ", result.PrunedTensors)}");
        }

        return ExitCodes.Done;
    }

    /// <summary>What parts are asked for; null where the model's own files are.</summary>
    private PartExportOptions? PartsWanted(ParseResult arguments)
    {
        bool isSelection = _filter.IsGiven(arguments);
        long? shardBytes = arguments.GetValue(_shardSize) is { } text && SizeText.TryParse(text, out long bytes) ? bytes : null;
        return isSelection || shardBytes is not null
            ? new PartExportOptions
            {
                Selects = isSelection ? name => _filter.Apply(arguments, [name], candidate => candidate).Count > 0 : null,
                ShardBytes = shardBytes,
                Pruned = arguments.GetValue(_pruned),
                Overwrite = arguments.GetValue(_overwrite),
            }
            : null;
    }

    private static TensorDtype? ParseDtype(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        foreach (TensorDtype dtype in ModelConverter.Dtypes.Where(dtype => dtype.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)))
        {
            return dtype;
        }

        result.AddError($"--dtype takes one of {string.Join(", ", ModelConverter.Dtypes)}");
        return null;
    }

    private static void Report(Invocation invocation, ConversionResult result)
    {
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("model", result.Model);
                json.WriteString("dtype", result.Dtype.ToString());
                json.WriteString("format", result.Format.ToString());
                json.WriteStartArray("files");
                WriteFile(json, result.File);
                json.WriteEndArray();
                json.WriteStartArray("tensors");
                foreach ((string name, TensorDtype stored, TensorDtype written) in result.Tensors)
                {
                    json.WriteStartObject();
                    json.WriteString("name", name);
                    json.WriteString("storedDtype", stored.ToString());
                    json.WriteString("dtype", written.ToString());
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
                json.WriteEndObject();
            });
            return;
        }

        TextTable table = TextTable.OfProperties();
        table.Add("File", result.File.Path);
        table.Add("Size", HumanText.Size(result.File.SizeBytes));
        table.Add("SHA-256", result.File.Sha256.ToString());
        table.Add("Tensors", string.Join(
            ", ", result.Tensors.CountBy(tensor => tensor.Written).Select(count => $"{HumanText.Count(count.Value)} {count.Key}")));
        table.WriteTo(invocation.Console);
    }

    private static void WriteFile(Utf8JsonWriter json, ExportedFile file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        json.WriteNumber("sizeBytes", file.SizeBytes);
        json.WriteString("sha256", file.Sha256.ToString());
        json.WriteEndObject();
    }

    private static void WriteJson(Invocation invocation, ExportResult result) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("model", result.Model);
        json.WriteStartArray("files");
        foreach (ExportedFile file in result.Files)
        {
            WriteFile(json, file);
        }

        json.WriteEndArray();
        json.WriteStartArray("reconstructed");
        foreach (string tensor in result.Reconstructed)
        {
            json.WriteStringValue(tensor);
        }

        json.WriteEndArray();
        if (result.PrunedTensors.Count > 0)
        {
            json.WriteStartObject("pruned");
            json.WriteString("as", result.PrunedAs == PrunedExport.Omit ? "omitted" : "zeros");
            json.WriteStartArray("tensors");
            foreach (string tensor in result.PrunedTensors)
            {
                json.WriteStringValue(tensor);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        json.WriteEndObject();
    });
}
