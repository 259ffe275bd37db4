namespace Hartonomous;

/// <summary>State of an ingestion job.</summary>
public enum HartJobStatus
{
    /// <summary>Waits for its first run, or was reset.</summary>
    Pending = 0,

    /// <summary>At work, or killed while it was.</summary>
    Processing,

    /// <summary>Done; its model is stored.</summary>
    Complete,

    /// <summary>Ended by an error; can be resumed.</summary>
    Failed,

    /// <summary>Ended by its user; can be resumed.</summary>
    Cancelled,
}
