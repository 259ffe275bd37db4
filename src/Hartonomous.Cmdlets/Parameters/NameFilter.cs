using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Names given with wildcards, compared without regard to case; no names match everything.</summary>
internal sealed class NameFilter(IReadOnlyList<string>? names)
{
    private readonly WildcardPattern[] _patterns = [.. (names ?? []).Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];

    /// <summary>
    /// Whether a name is one of those given. Names with brackets (<c>model [v2]</c>) are also taken as they are written.
    /// </summary>
    public bool Matches(string name) =>
        _patterns.Length == 0 || _patterns.Any(pattern => pattern.IsMatch(name)) || names!.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The names without wildcards that match none of the candidates: what the user named and is not there.</summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> candidates) => (names ?? []).Where(name =>
        !WildcardPattern.ContainsWildcardCharacters(name) && !candidates.Contains(name, StringComparer.OrdinalIgnoreCase));
}
