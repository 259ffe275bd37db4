using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>How decoded values are written.</summary>
public sealed record ValueExportOptions
{
    /// <summary>Only this range of each tensor's values, which then are a vector; null for all, in the tensor's shape.</summary>
    public ValueRange? Range { get; init; }

    /// <summary>What complex numbers become.</summary>
    public ComplexPart Part { get; init; } = ComplexPart.Magnitude;

    /// <summary>Whether a file that is there is replaced.</summary>
    public bool Overwrite { get; init; }
}
