namespace Hartonomous.Core.Storage;

/// <summary>Codes of <see cref="StoreException"/>.</summary>
public static class StoreErrorCodes
{
    /// <summary>There is no store at the place named.</summary>
    public const string StoreNotFound = "STORE_NOT_FOUND";

    /// <summary>What lies at the place named is not a store.</summary>
    public const string StoreInvalid = "STORE_INVALID";

    /// <summary>The store was written by a newer version.</summary>
    public const string StoreTooNew = "STORE_TOO_NEW";

    /// <summary>A recorded migration differs from the one this version has.</summary>
    public const string StoreSchemaChanged = "STORE_SCHEMA_CHANGED";

    /// <summary>Another process held the store for longer than the waiting time.</summary>
    public const string StoreBusy = "STORE_BUSY";

    /// <summary>What is stored does not have the hash, length or checksum it was stored under.</summary>
    public const string StoreCorrupt = "STORE_CORRUPT";

    /// <summary>Another process removed what was being read or referred to.</summary>
    public const string ContentRemoved = "CONTENT_REMOVED";

    /// <summary>The disk of the store, or a quota on it, is full.</summary>
    public const string StoreFull = "STORE_FULL";

    /// <summary>The store may be read, not written to.</summary>
    public const string StoreReadOnly = "STORE_READ_ONLY";

    /// <summary>No model of that name is stored.</summary>
    public const string ModelNotFound = "MODEL_NOT_FOUND";

    /// <summary>A different model of that name is stored already.</summary>
    public const string ModelExists = "MODEL_EXISTS";

    /// <summary>No tensor of that name is in the model.</summary>
    public const string TensorNotFound = "TENSOR_NOT_FOUND";

    /// <summary>The source changed while it was read.</summary>
    public const string SourceChanged = "SOURCE_CHANGED";

    /// <summary>There is no such job.</summary>
    public const string JobNotFound = "JOB_NOT_FOUND";

    /// <summary>The job is complete: there is nothing to resume or reset.</summary>
    public const string JobComplete = "JOB_COMPLETE";

    /// <summary>A process works on the job.</summary>
    public const string JobRunning = "JOB_RUNNING";

    /// <summary>The source of a job is no longer as it was when the job began.</summary>
    public const string JobSourceChanged = "JOB_SOURCE_CHANGED";

    /// <summary>Another process asked the job to stop.</summary>
    public const string JobStopped = "JOB_STOPPED";

    /// <summary>There is no tenant of that name.</summary>
    public const string TenantNotFound = "TENANT_NOT_FOUND";

    /// <summary>A tenant of that name is there already.</summary>
    public const string TenantExists = "TENANT_EXISTS";

    /// <summary>The name cannot be a tenant's.</summary>
    public const string TenantName = "TENANT_NAME";

    /// <summary>The tenant has models or unfinished jobs.</summary>
    public const string TenantNotEmpty = "TENANT_NOT_EMPTY";

    /// <summary>The default tenant cannot be removed.</summary>
    public const string TenantDefault = "TENANT_DEFAULT";

    /// <summary>One tenant has to be named for this, and all are.</summary>
    public const string TenantRequired = "TENANT_REQUIRED";

    /// <summary>The tenant's models would refer to more atoms than its quota allows.</summary>
    public const string QuotaAtoms = "QUOTA_ATOMS";

    /// <summary>The tenant's models would refer to more bytes than its quota allows.</summary>
    public const string QuotaBytes = "QUOTA_BYTES";

    /// <summary>The place to export to is taken.</summary>
    public const string OutputExists = "OUTPUT_EXISTS";

    /// <summary>A stored path would leave the folder it is exported to.</summary>
    public const string OutputPath = "OUTPUT_PATH";

    /// <summary>The store has no spatial keys of the kind that was asked for.</summary>
    public const string SpatialNoKeys = "SPATIAL_NO_KEYS";

    /// <summary>The store has keys of several spaces, and none was named.</summary>
    public const string SpatialAmbiguous = "SPATIAL_AMBIGUOUS";

    /// <summary>The store has as many projections as it can.</summary>
    public const string SpatialTooManyProjections = "SPATIAL_TOO_MANY_PROJECTIONS";

    /// <summary>Too few sketches for a measure of locality.</summary>
    public const string SpatialTooFew = "SPATIAL_TOO_FEW";

    /// <summary>A model has tensors put together from factors, and was to be given back as if it were what was imported.</summary>
    public const string Reconstructed = "EXPORT_RECONSTRUCTED";
    /// <summary>A file that a model was imported from in place is not there.</summary>
    public const string InPlaceSourceMissing = "IN_PLACE_SOURCE_MISSING";

    /// <summary>A file that a model was imported from in place no longer holds what it held.</summary>
    public const string InPlaceSourceChanged = "IN_PLACE_SOURCE_CHANGED";

    /// <summary>The model, or the store, is not one that can be imported in place.</summary>
    public const string InPlaceUnsupported = "IN_PLACE_UNSUPPORTED";

    /// <summary>The tensors cannot be written in the form that was asked for.</summary>
    public const string ExportUnsupported = "EXPORT_UNSUPPORTED";
}
