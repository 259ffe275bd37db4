using System.Text.Json;
using Hartonomous.Core.Pruning;

namespace Hartonomous.Cli.Output;

/// <summary>Writes what was, or would be, pruned.</summary>
internal static class PruneWriter
{
    /// <summary>Writes the JSON object.</summary>
    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<PrunePlan> plans, bool isDryRun, FailureList failures)
    {
        json.WriteStartObject();
        json.WriteBoolean("dryRun", isDryRun);
        json.WriteNumber("freedAtoms", plans.Sum(plan => plan.FreedAtoms));
        json.WriteNumber("freedBytes", plans.Sum(plan => plan.FreedBytes));
        json.WriteStartArray("pruned");
        WriteCandidates(json, plans, isKept: false);
        json.WriteEndArray();
        json.WriteStartArray("kept");
        WriteCandidates(json, plans, isKept: true);
        json.WriteEndArray();
        failures.WriteJson(json);
        json.WriteEndObject();
    }

    /// <summary>Writes the text for people.</summary>
    public static void WriteText(CliConsole console, IReadOnlyList<PrunePlan> plans, bool isDryRun)
    {
        List<(PrunePlan Plan, PruneCandidate Candidate)> all = [.. plans.SelectMany(plan => plan.Candidates.Select(candidate => (plan, candidate)))];
        if (all.Count > 0)
        {
            TextTable table = new("Model", "Tensor", ">Score", ">Size", ">Freed", isDryRun ? "Would be" : "Was");
            foreach ((PrunePlan plan, PruneCandidate candidate) in all)
            {
                table.Add(
                    plan.Model.Name,
                    candidate.Tensor.Info.Name,
                    candidate.Score?.ToString("G6", System.Globalization.CultureInfo.InvariantCulture) ?? "-",
                    HumanText.Size(candidate.Tensor.Info.SizeBytes),
                    HumanText.Size(candidate.FreedBytes),
                    candidate.Kept is { } why ? $"kept: {why}" : "pruned");
            }

            table.WriteTo(console);
        }

        string tensors = HumanText.Plural(plans.Sum(plan => plan.Chosen.Count), "tensor");
        string freed = HumanText.Size(plans.Sum(plan => plan.FreedBytes));
        console.Out.WriteLine(isDryRun
            ? $"Nothing was changed. {tensors} would be pruned; {freed} would come free."
            : $"Pruned {tensors}; 'hart optimize' gives {freed} back.");
    }

    private static void WriteCandidates(Utf8JsonWriter json, IReadOnlyList<PrunePlan> plans, bool isKept)
    {
        foreach (PrunePlan plan in plans)
        {
            foreach (PruneCandidate candidate in plan.Candidates.Where(candidate => (candidate.Kept is not null) == isKept))
            {
                json.WriteStartObject();
                json.WriteString("model", plan.Model.Name);
                json.WriteString("tensor", candidate.Tensor.Info.Name);
                json.WriteString("sha256", candidate.Tensor.Info.Sha256?.ToString());
                json.WriteNumber("sizeBytes", candidate.Tensor.Info.SizeBytes);
                if (candidate.Score is { } score)
                {
                    json.WriteNumber("score", score);
                }
                else
                {
                    json.WriteNull("score");
                }

                json.WriteString("lastAccessedAt", candidate.Tensor.LastAccessedAtUtc);
                if (candidate.Kept is { } why)
                {
                    json.WriteString("reason", why);
                }
                else
                {
                    json.WriteNumber("freedAtoms", candidate.FreedAtoms);
                    json.WriteNumber("freedBytes", candidate.FreedBytes);
                }

                json.WriteEndObject();
            }
        }
    }
}
