using System.Reflection;

namespace Hartonomous.Help;

/// <summary>A parameter as the attributes of its property describe it.</summary>
internal sealed record ParameterDescription
{
    /// <summary>Its name, without the hyphen.</summary>
    public required string Name { get; init; }

    /// <summary>What it takes, as help shows it: <c>String[]</c>, <c>Int64</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>Whether it is a switch.</summary>
    public required bool IsSwitch { get; init; }

    /// <summary>Its other names.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Whether it takes wildcards.</summary>
    public required bool AcceptsWildcards { get; init; }

    /// <summary>The values it takes, where it takes only some.</summary>
    public required IReadOnlyList<string> AcceptedValues { get; init; }

    /// <summary>The value it has when it is not given.</summary>
    public required string DefaultValue { get; init; }

    /// <summary>What it is in each parameter set; one entry with an empty set where it is the same in all.</summary>
    public required IReadOnlyList<ParameterMembership> Memberships { get; init; }

    /// <summary>The property, or null for <c>-WhatIf</c> and <c>-Confirm</c>, which have none.</summary>
    public PropertyInfo? Property { get; init; }

    /// <summary>What the parameter is in a set, or null.</summary>
    public ParameterMembership? In(string set) => Memberships.FirstOrDefault(membership => membership.Set.Length == 0 || membership.Set == set);
}
