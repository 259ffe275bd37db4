namespace Hartonomous.Help;

/// <summary>A page of help, as paragraphs of plain text.</summary>
internal sealed record HelpPage
{
    /// <summary>The cmdlet it is about.</summary>
    public required string Name { get; init; }

    /// <summary>What the cmdlet does, in a sentence.</summary>
    public required string Synopsis { get; init; }

    /// <summary>The parameter sets with their command lines, as the page shows them.</summary>
    public required IReadOnlyList<string> Syntax { get; init; }

    /// <summary>What it does.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>The examples.</summary>
    public required IReadOnlyList<HelpExample> Examples { get; init; }

    /// <summary>The parameters, in the order of the page.</summary>
    public required IReadOnlyList<HelpParameter> Parameters { get; init; }

    /// <summary>What it takes of the pipeline: types, with what is said of them.</summary>
    public required IReadOnlyList<HelpType> Inputs { get; init; }

    /// <summary>What it writes: types, with what is said of them.</summary>
    public required IReadOnlyList<HelpType> Outputs { get; init; }

    /// <summary>Notes.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Names of related cmdlets and topics.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>Targets of the links, in the same order.</summary>
    public required IReadOnlyList<string> LinkTargets { get; init; }
}
