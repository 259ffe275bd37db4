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

    /// <summary>No model of that name is stored.</summary>
    public const string ModelNotFound = "MODEL_NOT_FOUND";

    /// <summary>A different model of that name is stored already.</summary>
    public const string ModelExists = "MODEL_EXISTS";

    /// <summary>No tensor of that name is in the model.</summary>
    public const string TensorNotFound = "TENSOR_NOT_FOUND";

    /// <summary>The source changed while it was read.</summary>
    public const string SourceChanged = "SOURCE_CHANGED";

    /// <summary>The place to export to is taken.</summary>
    public const string OutputExists = "OUTPUT_EXISTS";

    /// <summary>A stored path would leave the folder it is exported to.</summary>
    public const string OutputPath = "OUTPUT_PATH";

    /// <summary>A file that a model was imported from in place is not there.</summary>
    public const string InPlaceSourceMissing = "IN_PLACE_SOURCE_MISSING";

    /// <summary>A file that a model was imported from in place no longer holds what it held.</summary>
    public const string InPlaceSourceChanged = "IN_PLACE_SOURCE_CHANGED";

    /// <summary>The model, or the store, is not one that can be imported in place.</summary>
    public const string InPlaceUnsupported = "IN_PLACE_UNSUPPORTED";

    /// <summary>The tensors cannot be written in the form that was asked for.</summary>
    public const string ExportUnsupported = "EXPORT_UNSUPPORTED";
}
