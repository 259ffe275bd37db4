namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Codes of the errors of ONNX models. They are stable: scripts may rely on them. What is wrong with the encoding beneath has the codes of
/// <see cref="Protobuf.ProtobufErrorCodes"/>.
/// </summary>
public static class OnnxErrorCodes
{
    /// <summary>The model has no <c>ir_version</c>, or one below 1.</summary>
    public const string IrVersion = "ONNX_IR_VERSION";

    /// <summary>The model has no graph.</summary>
    public const string GraphMissing = "ONNX_GRAPH_MISSING";

    /// <summary>The model has IR version 3 or later and names no operator set.</summary>
    public const string OpsetMissing = "ONNX_OPSET_MISSING";

    /// <summary>A field that there is once at most is there twice; parsers would differ about which one counts.</summary>
    public const string FieldDuplicate = "ONNX_FIELD_DUPLICATE";

    /// <summary>The tensor table and the metadata would take more memory than <see cref="ReadLimits.OnnxHeaderMemory"/>.</summary>
    public const string HeaderMemory = "ONNX_HEADER_MEMORY";

    /// <summary>An initializer has no name, or a Constant node neither output nor name.</summary>
    public const string NameEmpty = "ONNX_NAME_EMPTY";

    /// <summary>Two tensors of one graph have the same name.</summary>
    public const string NameDuplicate = "ONNX_NAME_DUPLICATE";

    /// <summary>A tensor's data type is absent, UNDEFINED, or none that ONNX has.</summary>
    public const string DataType = "ONNX_DATA_TYPE";

    /// <summary>A tensor has more dimensions than <see cref="ReadLimits.Rank"/>.</summary>
    public const string Rank = "ONNX_RANK";

    /// <summary>A dimension is negative.</summary>
    public const string Dimension = "ONNX_DIMENSION";

    /// <summary>A tensor has more than 2^63 - 1 values.</summary>
    public const string ShapeOverflow = "ONNX_SHAPE_OVERFLOW";

    /// <summary>A tensor has more than 2^63 - 1 bytes.</summary>
    public const string TensorSize = "ONNX_TENSOR_SIZE";

    /// <summary>A tensor's data are not as long as its type and shape say.</summary>
    public const string DataSize = "ONNX_DATA_SIZE";

    /// <summary>A tensor has its data in more than one place: raw, in a typed field, in a file of their own.</summary>
    public const string DataTwice = "ONNX_DATA_TWICE";

    /// <summary>A tensor has its data in a field that is not for its type.</summary>
    public const string DataField = "ONNX_DATA_FIELD";

    /// <summary>A value in a typed field does not fit the tensor's type.</summary>
    public const string ValueRange = "ONNX_VALUE_RANGE";

    /// <summary>A tensor is a segment of a larger one, which no ONNX reader puts together.</summary>
    public const string Segment = "ONNX_SEGMENT";

    /// <summary>A tensor's <c>data_location</c> is neither DEFAULT nor EXTERNAL.</summary>
    public const string DataLocation = "ONNX_DATA_LOCATION";

    /// <summary>A sparse tensor lacks values or indices, or they do not fit each other or its shape.</summary>
    public const string Sparse = "ONNX_SPARSE";

    /// <summary>External data name no file, or the model's own.</summary>
    public const string ExternalLocation = "ONNX_EXTERNAL_LOCATION";

    /// <summary>A key of external data is there twice.</summary>
    public const string ExternalKey = "ONNX_EXTERNAL_KEY";

    /// <summary>Offset or length of external data is no whole number from 0 to 2^63 - 1.</summary>
    public const string ExternalNumber = "ONNX_EXTERNAL_NUMBER";

    /// <summary>The length of external data is not that of the tensor.</summary>
    public const string ExternalLength = "ONNX_EXTERNAL_LENGTH";

    /// <summary>External data lie beyond the end of their file.</summary>
    public const string ExternalRange = "ONNX_EXTERNAL_RANGE";

    /// <summary>The path of external data is no plain relative path: absolute, with <c>..</c>, a drive, a backslash, a NUL.</summary>
    public const string ExternalPath = "ONNX_EXTERNAL_PATH";

    /// <summary>A part of the path of external data is a link.</summary>
    public const string ExternalLink = "ONNX_EXTERNAL_LINK";

    /// <summary>The file with external data has further names on its file system (<see cref="ReadLimits.OnnxHardLinks"/>).</summary>
    public const string ExternalHardLink = "ONNX_EXTERNAL_HARD_LINK";

    /// <summary>The file with external data is not there.</summary>
    public const string ExternalMissing = "ONNX_EXTERNAL_MISSING";

    /// <summary>What the path of external data names is a folder, a device, a pipe or an empty file.</summary>
    public const string ExternalFile = "ONNX_EXTERNAL_FILE";
}
