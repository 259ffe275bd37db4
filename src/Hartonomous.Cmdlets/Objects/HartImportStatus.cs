namespace Hartonomous;

/// <summary>How an import ended.</summary>
public enum HartImportStatus
{
    /// <summary>The model is stored.</summary>
    Complete = 0,

    /// <summary>The same model was stored under this name already; nothing was written.</summary>
    Unchanged,
}
