using System.Management.Automation;
using Hartonomous.Core.Formats;

namespace Hartonomous.Commands;

/// <summary>Says what models are at a path. Reads headers only.</summary>
[Cmdlet(VerbsCommon.Get, "HartModelFile", DefaultParameterSetName = PathSet)]
[OutputType(typeof(HartModelFile))]
public sealed class GetHartModelFileCommand : ModelPathCmdlet
{
    private protected override string Activity => "Reading models";

    private protected override void Process(ModelSource source, WorkContext context)
    {
        HartModelFile model = Convert.ModelFile(source);
        foreach (string warning in model.Warnings)
        {
            context.Warning($"{model.Path}: {warning}");
        }

        context.Output(model);
    }
}
