using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>
/// Which of some names the user means. Without regard to case; wildcards are permitted. A name that is there as it is written means just
/// that one, brackets and all: <c>model [1]</c> taken as a pattern would mean <c>model 1</c>, and remove it. No names mean all.
/// </summary>
internal sealed class NameSelection
{
    private readonly HashSet<string> _selected = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];

    /// <summary>Selects.</summary>
    /// <param name="wanted">What the user names; null or empty for all.</param>
    /// <param name="candidates">What there is.</param>
    public NameSelection(IReadOnlyList<string>? wanted, IReadOnlyCollection<string> candidates)
    {
        if (wanted is null or [])
        {
            _selected.UnionWith(candidates);
            return;
        }

        foreach (string name in wanted)
        {
            List<string> found = [.. candidates.Where(candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase))];
            if (found.Count == 0)
            {
                WildcardPattern pattern = new(name, WildcardOptions.IgnoreCase);
                found.AddRange(candidates.Where(pattern.IsMatch));
            }

            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            {
                _missing.Add(name);
            }

            _selected.UnionWith(found);
        }
    }

    /// <summary>The names without wildcards that are not there.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Whether one of the candidates is meant.</summary>
    public bool Contains(string candidate) => _selected.Contains(candidate);
}
