using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning;

/// <summary>
/// Which tensors of a model give their contents up: those that meet every condition. Whatever it says, a content that another model, tenant or
/// unfinished import refers to is never touched.
/// </summary>
public sealed record PrunePolicy
{
    /// <summary>Only tensors whose names pass; all where null.</summary>
    public Func<string, bool>? Names { get; init; }

    /// <summary>What <see cref="Names"/> was asked for as, in words.</summary>
    public string? NamesText { get; init; }

    /// <summary>Only tensors of these kinds of layers; all where null.</summary>
    public IReadOnlyList<LayerType>? LayerTypes { get; init; }

    /// <summary>The stored score that is looked at: the mean over a tensor's values.</summary>
    public ScoreMethod? Score { get; init; }

    /// <summary>Only tensors whose score is below this.</summary>
    public double? Below { get; init; }

    /// <summary>
    /// Only this share of the tensors that names and layers leave and that have a score, rounded down: those of the lowest scores.
    /// </summary>
    public double? LowestShare { get; init; }

    /// <summary>Only tensors whose content nobody has used for so long.</summary>
    public TimeSpan? UnusedFor { get; init; }

    /// <summary>Only contents that no other tensor of the same model has either.</summary>
    public bool SingleUse { get; init; }

    /// <summary>The conditions in words, as they are recorded.</summary>
    public string Description => string.Join(", ", Parts());

    /// <summary>Fails where the policy would choose everything, or cannot be followed.</summary>
    /// <exception cref="StoreException">It cannot (<c>PRUNE_POLICY</c>).</exception>
    internal void Check()
    {
        if (Names is null && LayerTypes is null && Score is null && UnusedFor is null)
        {
            throw Wrong("nothing is named by which tensors are chosen: a score, a time, layers or names");
        }

        if (Score is null != (Below is null && LowestShare is null))
        {
            throw Wrong(Score is null ? "a limit is given, but no score that it is for" : "a score is given, but neither a limit nor a share");
        }

        if (LowestShare is not null and not (> 0 and <= 1))
        {
            throw Wrong("the share is a number above 0, up to 1");
        }

        if (UnusedFor is { } time && time < TimeSpan.Zero)
        {
            throw Wrong("the time is negative");
        }
    }

    private static StoreException Wrong(string problem) => new(PruneErrorCodes.Policy, "the policy", problem);

    private IEnumerable<string> Parts()
    {
        if (NamesText is not null)
        {
            yield return $"name {NamesText}";
        }

        if (LayerTypes is not null)
        {
            yield return $"layer {string.Join(" or ", LayerTypes)}";
        }

        if (Below is { } below)
        {
            yield return FormattableString.Invariant($"{Score} below {below}");
        }

        if (LowestShare is { } share)
        {
            yield return FormattableString.Invariant($"{Score} in the lowest {share:P1}");
        }

        if (UnusedFor is { } time)
        {
            yield return FormattableString.Invariant($"unused for {time.TotalDays:0.###} days");
        }

        if (SingleUse)
        {
            yield return "in one tensor only";
        }
    }
}
