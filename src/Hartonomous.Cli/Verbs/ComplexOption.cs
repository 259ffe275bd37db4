using System.CommandLine;
using System.CommandLine.Parsing;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Cli.Verbs;

/// <summary>The option <c>--complex</c> of the verbs that decode.</summary>
internal static class ComplexOption
{
    /// <summary>The option.</summary>
    public static Option<ComplexPart> Create()
    {
        return new Option<ComplexPart>("--complex")
        {
            Description = "What complex numbers become: magnitude (the default), real or imaginary.",
            HelpName = "PART",
            CustomParser = result => result.Tokens[0].Value switch
            {
                "magnitude" => ComplexPart.Magnitude,
                "real" => ComplexPart.Real,
                "imaginary" => ComplexPart.Imaginary,
                _ => Refuse(result),
            },
        };
    }

    private static ComplexPart Refuse(ArgumentResult result)
    {
        result.AddError("--complex takes magnitude, real or imaginary");
        return default;
    }
}
