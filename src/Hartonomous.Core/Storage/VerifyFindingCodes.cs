namespace Hartonomous.Core.Storage;

/// <summary>Codes of <see cref="VerifyFinding"/>.</summary>
public static class VerifyFindingCodes
{
    /// <summary>The database file is damaged.</summary>
    public const string Database = "DATABASE_CORRUPT";

    /// <summary>A row refers to a row that is not there.</summary>
    public const string ForeignKey = "FOREIGN_KEY";

    /// <summary>An atom's count of references differs from the references to it.</summary>
    public const string AtomReferenceCount = "ATOM_REFERENCE_COUNT";

    /// <summary>A recipe's count of references differs from the files that use it.</summary>
    public const string RecipeReferenceCount = "RECIPE_REFERENCE_COUNT";

    /// <summary>An atom has neither a payload nor blocks.</summary>
    public const string AtomPayloadMissing = "ATOM_PAYLOAD_MISSING";

    /// <summary>An atom's content does not have the atom's hash or length.</summary>
    public const string AtomContent = "ATOM_CONTENT";

    /// <summary>The blocks of a tensor do not follow each other from its beginning to its end.</summary>
    public const string TensorBlocks = "TENSOR_BLOCKS";

    /// <summary>A tensor that comes from factors lacks one of them.</summary>
    public const string FactorParts = "FACTOR_PARTS";

    /// <summary>A tensor's shape and encoding do not fit its length.</summary>
    public const string TensorSize = "TENSOR_SIZE";

    /// <summary>The segments of a recipe do not follow each other from its beginning to its end.</summary>
    public const string RecipeSegments = "RECIPE_SEGMENTS";

    /// <summary>A recipe's bytes do not have the file's hash.</summary>
    public const string RecipeContent = "RECIPE_CONTENT";

    /// <summary>A recipe's fingerprint is not that of the file it gives.</summary>
    public const string RecipeFingerprint = "RECIPE_FINGERPRINT";

    /// <summary>A model's figures differ from its files and tensors.</summary>
    public const string ModelTotals = "MODEL_TOTALS";

    /// <summary>The atoms recorded as a tenant's are not those that its models and jobs reach.</summary>
    public const string TenantAtoms = "TENANT_ATOMS";

    /// <summary>A tensor that is recorded as pruned does not hold zeros.</summary>
    public const string PrunedContent = "PRUNED_CONTENT";

    /// <summary>A tenant's figures differ from the atoms recorded as its.</summary>
    public const string TenantTotals = "TENANT_TOTALS";

    /// <summary>A pack file is missing or shorter than what was committed to it.</summary>
    public const string PackMissing = "PACK_MISSING";

    /// <summary>A frame in a pack is damaged, or not where the index says.</summary>
    public const string PackFrame = "PACK_FRAME";

    /// <summary>A file outside the store that a model was imported from in place is not there.</summary>
    public const string InPlaceMissing = "IN_PLACE_MISSING";

    /// <summary>A file outside the store that a model was imported from in place is not as it was.</summary>
    public const string InPlaceChanged = "IN_PLACE_CHANGED";
}
