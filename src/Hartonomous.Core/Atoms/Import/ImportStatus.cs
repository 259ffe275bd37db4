namespace Hartonomous.Core.Atoms.Import;

/// <summary>How an import ended.</summary>
public enum ImportStatus
{
    /// <summary>The model is stored.</summary>
    Complete = 0,

    /// <summary>The same model was stored under this name already; nothing was written.</summary>
    Unchanged,
}
