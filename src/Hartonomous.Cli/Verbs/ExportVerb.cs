using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart export</c>: a stored model's files, bit for bit.</summary>
internal sealed class ExportVerb : Verb
{
    private readonly Option<string> _model = ModelOption.One();

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The file to write, or a folder to write it into; for a model of several files, the folder.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace files that are there." };

    private readonly Option<bool> _allowReconstructed = new("--allow-reconstructed")
    {
        Description = "Export a model that has tensors put together from factors. Its files say so, and are not those that were imported.",
    };

    public ExportVerb()
        : base("export", "Give a stored model's files back, bit for bit; their SHA-256 is checked on the way.")
    {
        Options.Add(_model);
        Options.Add(_output);
        Options.Add(_overwrite);
        Options.Add(_allowReconstructed);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart export --model tiny-base --output tiny-base.safetensors",
        "hart export --model Qwen2-7B --output /srv/models/Qwen2-7B --overwrite",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string output = Paths.Check(arguments.GetRequiredValue(_output));
        using IModelStore store = invocation.OpenStore();
        ModelExporter exporter = new(store) { AllowsReconstructed = arguments.GetValue(_allowReconstructed) };
        ExportResult result = invocation.WithProgress(progress => exporter.Export(
            arguments.GetRequiredValue(_model), output, arguments.GetValue(_overwrite), progress, cancellation));
        if (result.Reconstructed.Count > 0)
        {
            invocation.Warn($"{HumanText.Plural(result.Reconstructed.Count, "tensor")} of {result.Model} are put together from factors: the files are not those that were imported");
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
        return ExitCodes.Done;
    }

    private static void WriteJson(Invocation invocation, ExportResult result) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("model", result.Model);
        json.WriteStartArray("files");
        foreach (ExportedFile file in result.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteNumber("sizeBytes", file.SizeBytes);
            json.WriteString("sha256", file.Sha256.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("reconstructed");
        foreach (string tensor in result.Reconstructed)
        {
            json.WriteStringValue(tensor);
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        json.WriteEndObject();
    });
}
