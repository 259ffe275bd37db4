using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Gives stored models back, bit for bit. Files get their names only when all of a model are whole and have their SHA-256.
/// </summary>
[Cmdlet(VerbsData.Export, "HartModel", SupportsShouldProcess = true)]
[OutputType(typeof(HartExportedFile))]
public sealed class ExportHartModelCommand : StoredModelCmdlet
{
    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [Alias("Model")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>
    /// For a model of one file, the file to write, or a folder that is there, to write it into under its own name. For any other model, the
    /// folder to write its files into. May be a script block that names a place for each model of the pipeline.
    /// </summary>
    [Parameter(
        Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The file to write, or the folder to write into.")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>Whether files that are there are overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        string destination = FullPath(Destination);
        foreach (StoredModel model in FindModels(connection, Name))
        {
            if (ShouldProcess($"model {model.Name} to {destination}", "Export"))
            {
                TryWork("Exporting a model", model.Name, context => Export(connection, model, destination, context));
            }
        }
    }

    private void Export(HartStoreConnection connection, StoredModel model, string destination, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        ExportResult result = new ModelExporter(lease.Store).Export(model.Name, destination, Force, context.Progress, context.Token);
        foreach (ExportedFile file in result.Files)
        {
            context.Information($"Exported {result.Model} to {file.Path}: {HartText.Size(file.SizeBytes)}, SHA-256 {file.Sha256}.");
            context.Output(new HartExportedFile
            {
                Model = result.Model,
                Path = file.Path,
                SizeBytes = file.SizeBytes,
                Sha256 = file.Sha256.ToString(),
                Store = connection.Path,
            });
        }
    }
}
