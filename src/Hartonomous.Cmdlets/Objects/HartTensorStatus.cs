namespace Hartonomous;

/// <summary>How a tensor of one model relates to its counterpart in another.</summary>
public enum HartTensorStatus
{
    /// <summary>Same name, same bytes.</summary>
    Identical = 0,

    /// <summary>Same values under another name.</summary>
    Renamed,

    /// <summary>Stored in another encoding.</summary>
    DtypeChanged,

    /// <summary>Same encoding and shape, other values.</summary>
    ValueChanged,

    /// <summary>Another shape; the common part is compared where there is one.</summary>
    Reshaped,

    /// <summary>Only in the second model.</summary>
    Added,

    /// <summary>Only in the first model.</summary>
    Removed,
}
