using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Lists the stored models.</summary>
[Cmdlet(VerbsCommon.Get, "HartModel")]
[OutputType(typeof(HartModel))]
public sealed class GetHartModelCommand : StoredModelCmdlet
{
    /// <summary>Only models whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Model")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (StoredModel model in FindModels(connection, Name))
        {
            WriteObject(Convert.Model(model, connection.Path));
        }
    }
}
