namespace Hartonomous.Core.Storage;

/// <summary>Names of tenants that mean something.</summary>
public static class TenantNames
{
    /// <summary>The tenant of those who name none. It is in every store and cannot be removed.</summary>
    public const string Default = "default";

    /// <summary>Stands for all tenants where a store is opened: to list and to verify, not to import.</summary>
    public const string All = "*";

    /// <summary>Longest name of a tenant in characters.</summary>
    public const int MaxLength = 100;

    /// <summary>Whether a name can be a tenant's: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, a letter or digit first.</summary>
    public static bool IsValid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is > 0 and <= MaxLength && char.IsLetterOrDigit(name[0]) &&
            name.All(letter => char.IsLetterOrDigit(letter) || letter is '.' or '_' or '-');
    }
}
