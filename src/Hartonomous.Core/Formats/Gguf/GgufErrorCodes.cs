namespace Hartonomous.Core.Formats.Gguf;

/// <summary>Codes of the errors of GGUF files. They are stable: scripts may rely on them.</summary>
public static class GgufErrorCodes
{
    /// <summary>The file begins with neither <c>GGUF</c> nor <c>FUGG</c>.</summary>
    public const string Magic = "GGUF_MAGIC";

    /// <summary>The version is none of 1, 2 and 3, in either byte order.</summary>
    public const string Version = "GGUF_VERSION";

    /// <summary>More tensors are declared than the rest of the file, or <see cref="ReadLimits.GgufHeaderMemory"/>, can hold.</summary>
    public const string TensorCount = "GGUF_TENSOR_COUNT";

    /// <summary>
    /// More metadata entries are declared than the rest of the file, or <see cref="ReadLimits.GgufHeaderMemory"/>, can hold.
    /// </summary>
    public const string KvCount = "GGUF_KV_COUNT";

    /// <summary>A metadata key has no characters.</summary>
    public const string KeyEmpty = "GGUF_KEY_EMPTY";

    /// <summary>A metadata key occurs twice.</summary>
    public const string KeyDuplicate = "GGUF_KEY_DUPLICATE";

    /// <summary>A metadata key is longer than 65,535 bytes or than the rest of the file.</summary>
    public const string KeyLength = "GGUF_KEY_LENGTH";

    /// <summary>A string is longer than <see cref="ReadLimits.GgufStringBytes"/> or than the rest of the file.</summary>
    public const string StringLength = "GGUF_STRING_LENGTH";

    /// <summary>A metadata value, or the elements of an array, are of a type that does not exist.</summary>
    public const string ValueType = "GGUF_VALUE_TYPE";

    /// <summary>An array holds arrays, which ggml refuses too.</summary>
    public const string NestedArray = "GGUF_NESTED_ARRAY";

    /// <summary>An array has more elements than <see cref="ReadLimits.GgufArrayElements"/> or than the rest of the file can hold.</summary>
    public const string ArrayLength = "GGUF_ARRAY_LENGTH";

    /// <summary>A bool is neither 0 nor 1.</summary>
    public const string Bool = "GGUF_BOOL";

    /// <summary>A metadata key or a tensor name is not valid UTF-8.</summary>
    public const string Utf8 = "GGUF_UTF8";

    /// <summary>The metadata would take more memory than <see cref="ReadLimits.GgufHeaderMemory"/>.</summary>
    public const string HeaderMemory = "GGUF_HEADER_MEMORY";

    /// <summary><c>general.alignment</c> is not a UINT32.</summary>
    public const string AlignmentType = "GGUF_ALIGNMENT_TYPE";

    /// <summary><c>general.alignment</c> is 0 or not a power of two.</summary>
    public const string Alignment = "GGUF_ALIGNMENT";

    /// <summary>A tensor name is longer than <see cref="ReadLimits.GgufNameBytes"/> or than the rest of the file.</summary>
    public const string NameLength = "GGUF_NAME_LENGTH";

    /// <summary>A tensor name has no characters.</summary>
    public const string NameEmpty = "GGUF_NAME_EMPTY";

    /// <summary>A tensor name holds a NUL character.</summary>
    public const string NameInvalid = "GGUF_NAME_INVALID";

    /// <summary>Two tensors of a file have the same name.</summary>
    public const string NameDuplicate = "GGUF_NAME_DUPLICATE";

    /// <summary>A tensor has more than 4 dimensions.</summary>
    public const string Rank = "GGUF_RANK";

    /// <summary>A dimension exceeds 2^63 - 1, which readers with signed numbers see as negative.</summary>
    public const string Dimension = "GGUF_DIMENSION";

    /// <summary>A tensor has 2^63 - 1 values or more.</summary>
    public const string ShapeOverflow = "GGUF_SHAPE_OVERFLOW";

    /// <summary>A tensor's type is not one that ggml has.</summary>
    public const string TensorType = "GGUF_TENSOR_TYPE";

    /// <summary>A tensor's type is one that ggml had and removed.</summary>
    public const string TensorTypeRemoved = "GGUF_TENSOR_TYPE_REMOVED";

    /// <summary>The rows of a tensor do not fill whole blocks of its type.</summary>
    public const string RowSize = "GGUF_ROW_SIZE";

    /// <summary>A tensor has more than 2^63 - 1 bytes.</summary>
    public const string TensorSize = "GGUF_TENSOR_SIZE";

    /// <summary>All tensors with their padding have more than 2^63 - 1 bytes.</summary>
    public const string DataSize = "GGUF_DATA_SIZE";

    /// <summary>The tensor data would begin beyond the end of the file.</summary>
    public const string DataStart = "GGUF_DATA_START";

    /// <summary>A tensor does not begin where the one before it, with its padding, ends: a gap, an overlap, another order.</summary>
    public const string TensorOffset = "GGUF_TENSOR_OFFSET";

    /// <summary>A tensor reaches past the end of the file.</summary>
    public const string DataTruncated = "GGUF_DATA_TRUNCATED";

    /// <summary>The file goes on after the last tensor's padding, or, without tensors, after the header's.</summary>
    public const string TrailingData = "GGUF_TRAILING_DATA";

    /// <summary>The file ends within a number or a name of its header.</summary>
    public const string Truncated = "GGUF_TRUNCATED";

    /// <summary>A <c>split.*</c> key is not a whole number.</summary>
    public const string SplitType = "GGUF_SPLIT_TYPE";

    /// <summary>
    /// A file that says it is one of several is not named as one, <c>NAME-00001-of-00003.gguf</c>, or has an impossible number.
    /// </summary>
    public const string SplitName = "GGUF_SPLIT_NAME";

    /// <summary>Files of a split model are not in the folder; the message names them.</summary>
    public const string SplitMissing = "GGUF_SPLIT_MISSING";

    /// <summary><c>split.no</c> is absent or not the place that the file's name says.</summary>
    public const string SplitNo = "GGUF_SPLIT_NO";

    /// <summary><c>split.count</c> is absent or not the number of files that the file's name says.</summary>
    public const string SplitCount = "GGUF_SPLIT_COUNT";

    /// <summary><c>split.tensors.count</c> is absent or not the number of tensors in all files.</summary>
    public const string SplitTensorCount = "GGUF_SPLIT_TENSOR_COUNT";

    /// <summary>A tensor is in two files of a split model.</summary>
    public const string SplitNameDuplicate = "GGUF_SPLIT_NAME_DUPLICATE";

    /// <summary>The files of a split model differ in version or byte order.</summary>
    public const string SplitMixed = "GGUF_SPLIT_MIXED";
}
