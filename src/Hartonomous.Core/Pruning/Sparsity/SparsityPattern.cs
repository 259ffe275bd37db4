using System.Globalization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>
/// Where zeros may stand. N:M leaves at most N weights of every M consecutive ones that are not zero (2:4 is what sparse tensor cores take:
/// Mishra et al. 2021, arXiv 2104.08378; Zhou et al. 2021, arXiv 2102.04010).
/// </summary>
public sealed record SparsityPattern
{
    private const int MaxGroup = 1024;

    private SparsityPattern(SparsityKind kind, double share, int kept, int group) => (Kind, Share, Kept, Group) = (kind, share, kept, group);

    /// <summary>The kind.</summary>
    public SparsityKind Kind { get; }

    /// <summary>Share of the weights, or rows, that become zero, above 0 and below 1; 0 for groups.</summary>
    public double Share { get; }

    /// <summary>Weights of a group that stay.</summary>
    public int Kept { get; }

    /// <summary>Length of a group.</summary>
    public int Group { get; }

    /// <summary>A share of the weights.</summary>
    /// <exception cref="StoreException">The share is not above 0 and below 1 (<c>SPARSITY</c>).</exception>
    public static SparsityPattern Unstructured(double share) => new(SparsityKind.Unstructured, Checked(share), 0, 0);

    /// <summary>A share of the rows.</summary>
    /// <exception cref="StoreException">The share is not above 0 and below 1 (<c>SPARSITY</c>).</exception>
    public static SparsityPattern Rows(double share) => new(SparsityKind.Rows, Checked(share), 0, 0);

    /// <summary>Reads <c>2:4</c>, <c>4:8</c>, <c>0.5</c>, <c>50%</c>, <c>rows:0.25</c>, <c>rows:25%</c>.</summary>
    /// <exception cref="StoreException">The text is none of those (<c>SPARSITY</c>).</exception>
    public static SparsityPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':');
        if (parts.Length == 2 && parts[0].Equals("rows", StringComparison.OrdinalIgnoreCase))
        {
            return Rows(ParseShare(parts[1], text));
        }

        if (parts.Length != 2)
        {
            return Unstructured(ParseShare(text, text));
        }

        return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int kept) &&
            int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int group) && kept >= 1 && kept < group && group <= MaxGroup
            ? new SparsityPattern(SparsityKind.Grouped, 0, kept, group)
            : throw Wrong(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        SparsityKind.Grouped => string.Create(CultureInfo.InvariantCulture, $"{Kept}:{Group}"),
        SparsityKind.Rows => string.Create(CultureInfo.InvariantCulture, $"rows:{Share}"),
        _ => Share.ToString(CultureInfo.InvariantCulture),
    };

    private static double ParseShare(string share, string text)
    {
        bool isPercent = share.EndsWith('%');
        return double.TryParse(isPercent ? share[..^1] : share, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? Checked(isPercent ? number / 100 : number)
            : throw Wrong(text);
    }

    private static double Checked(double share) => share is > 0 and < 1 ? share : throw Wrong(share.ToString(CultureInfo.InvariantCulture));

    private static StoreException Wrong(string text) => new(
        PruneErrorCodes.Sparsity, text, "a share above 0 and below 1 (0.5, 50%), such a share of rows (rows:0.25), or groups (2:4, 4:8) are expected");
}
