using System.CommandLine;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Cli.Verbs;

/// <summary>The option <c>--complex</c> of the verbs that decode.</summary>
internal static class ComplexOption
{
    /// <summary>The option.</summary>
    public static Option<ComplexPart> Create()
    {
        Option<ComplexPart> option = new("--complex")
        {
            Description = "What complex numbers become: magnitude, real or imaginary.",
            HelpName = "PART",
            CustomParser = result => result.Tokens[0].Value switch
            {
                "magnitude" => ComplexPart.Magnitude,
                "real" => ComplexPart.Real,
                "imaginary" => ComplexPart.Imaginary,
                _ => Refuse(result),
            },
            DefaultValueFactory = _ => ComplexPart.Magnitude,
        };
        return option;
    }

    private static ComplexPart Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError("--complex takes magnitude, real or imaginary");
        return default;
    }
}
