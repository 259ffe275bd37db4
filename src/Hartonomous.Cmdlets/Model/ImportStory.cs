using Hartonomous.Core.Atoms.Import;


namespace Hartonomous.Commands;

/// <summary>Says what an import did, in the streams beside the output.</summary>
internal static class ImportStory
{
    /// <summary>Writes the warnings of an import, and what it did.</summary>
    public static void Tell(ImportResult result, WorkContext context)
    {
        foreach (string warning in result.Warnings)
        {
            context.Warning($"{result.Source}: {warning}");
        }

        context.Information(result.Status == ImportStatus.Unchanged
            ? $"{result.Source} is stored already as {result.Model}, unchanged."
            : $"Imported {result.Source} as {result.Model}{(result.Resumed ? ", going on from a checkpoint" : string.Empty)}: " +
              $"{HartText.Size(result.SizeBytes)}, {HartText.Size(result.NewBytes)} of them new.");
    }
}
