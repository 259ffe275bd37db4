namespace Hartonomous.Help;

/// <summary>What a parameter is in a parameter set.</summary>
/// <param name="Set">Name of the set; empty for all sets.</param>
/// <param name="IsMandatory">Whether it has to be given.</param>
/// <param name="Position">Its place on the command line, or null where it has to be named.</param>
/// <param name="ByValue">Whether it takes objects of the pipeline.</param>
/// <param name="ByPropertyName">Whether it takes properties of objects of the pipeline.</param>
internal sealed record ParameterMembership(string Set, bool IsMandatory, int? Position, bool ByValue, bool ByPropertyName)
{
    /// <summary>The position as help shows it.</summary>
    public string PositionText => Position?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "Named";

    /// <summary>What it takes of the pipeline, as help shows it.</summary>
    public string PipelineText => (ByValue, ByPropertyName) switch
    {
        (true, true) => "True (ByPropertyName, ByValue)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };
}
