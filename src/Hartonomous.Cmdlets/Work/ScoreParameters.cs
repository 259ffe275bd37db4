using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Scores between the cmdlets and the core.</summary>
internal static class ScoreParameters
{
    /// <summary>The method, as the core has it; a test holds the members of both enumerations to each other.</summary>
    public static ScoreMethod Method(HartScoreMethod method) => Enum.Parse<ScoreMethod>(method.ToString());

    /// <summary>Opens what a method needs; paths are full.</summary>
    public static ScoreInputs Open(
        HartScoreMethod method, string? gradients, string? activations, string? imatrix, string? initial, WorkContext context) => ScoreInputs.Open(
            Method(method),
            new ScoreInputOptions { Gradients = gradients, Activations = activations, Imatrix = imatrix, Initial = initial },
            context.Token);

    /// <summary>The object of a score just made.</summary>
    public static HartTensorScore Convert(ModelTensors model, TensorInfo tensor, TensorScore score, ScoreInputs inputs, bool isSaved) => new()
    {
        Model = model.DisplayName,
        Name = tensor.Name,
        Score = Enum.Parse<HartScoreMethod>(score.Method.ToString()),
        Mean = score.Mean,
        Sum = score.Sum,
        Min = score.Min,
        Max = score.Max,
        Count = score.Count,
        InvalidCount = score.InvalidCount,
        RowMeans = score.Rows is null ? null : [.. score.Rows.Select(row => row.Mean)],
        BlockMeans = [.. score.Blocks.Select(block => block.Mean)],
        Sha256 = tensor.Sha256?.ToString(),
        Inputs = inputs.Description,
        ScoredAt = DateTime.UtcNow,
        Store = isSaved ? model.Stored?.Store.DisplayName : null,
    };

    /// <summary>The object of a stored score.</summary>
    public static HartTensorScore Convert(string model, StoredScore score, string store) => new()
    {
        Model = model,
        Name = score.Tensor,
        Score = Enum.Parse<HartScoreMethod>(score.Method),
        Mean = score.Mean,
        Sum = score.Total,
        Min = score.Least,
        Max = score.Greatest,
        Count = score.ValueCount,
        InvalidCount = score.InvalidCount,
        RowMeans = score.RowMeans is null ? null : [.. score.RowMeans],
        BlockMeans = [.. score.BlockMeans],
        Sha256 = score.Sha256.ToString(),
        Inputs = score.Inputs,
        ScoredAt = score.ScoredAtUtc,
        Store = store,
    };
}
