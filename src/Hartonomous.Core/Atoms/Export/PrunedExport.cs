namespace Hartonomous.Core.Atoms.Export;

/// <summary>What becomes of the pruned tensors of a model that is exported.</summary>
public enum PrunedExport
{
    /// <summary>A pruned model is not exported.</summary>
    Refuse,

    /// <summary>Zeros stand in their place.</summary>
    Zeros,

    /// <summary>They are left out.</summary>
    Omit,
}
