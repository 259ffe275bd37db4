namespace Hartonomous.Core.Formats;

/// <summary>
/// The largest things a reader accepts. The defaults are those of the formats' own readers, or stricter ones that real files do not
/// reach. Counts and lengths are always held against the bytes that remain in the file as well.
/// </summary>
public sealed record ReadLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static ReadLimits Default { get; } = new();

    /// <summary>Longest SafeTensors header in bytes (the reference reader's limit).</summary>
    public int SafeTensorsHeaderBytes { get; init; } = 100_000_000;

    /// <summary>Most tensors of one SafeTensors file. The largest known models have some 200,000, in many files.</summary>
    public int SafeTensorsTensors { get; init; } = 250_000;

    /// <summary>
    /// Most keys of a SafeTensors header that name neither a tensor nor a field of one: its metadata, and what is ignored.
    /// </summary>
    public int SafeTensorsMetadataKeys { get; init; } = 100_000;

    /// <summary>
    /// Longest metadata of a SafeTensors header, keys and values together, in bytes. Pictures and training logs stay below it.
    /// </summary>
    public int SafeTensorsMetadataBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Deepest nesting of a SafeTensors header or index; a valid one needs 3.</summary>
    public int JsonDepth { get; init; } = 16;

    /// <summary>Longest index file of a sharded model in bytes.</summary>
    public int IndexBytes { get; init; } = 100_000_000;

    /// <summary>Most tensors that an index file lists.</summary>
    public int IndexTensors { get; init; } = 500_000;

    /// <summary>Longest configuration file that is read for the architecture's name, in bytes.</summary>
    public int ConfigBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest GGUF string in bytes (Ollama's limit; ggml allows 1 GiB).</summary>
    public int GgufStringBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest GGUF array in elements (Ollama's limit; ggml allows 2^30).</summary>
    public long GgufArrayElements { get; init; } = 64L * 1024 * 1024;

    /// <summary>Longest GGUF tensor name in bytes (ggml's limit; builds of ggml for image models allow 127).</summary>
    public int GgufNameBytes { get; init; } = 63;

    /// <summary>Most memory in bytes that the header of one GGUF file may take once it is read; long arrays are not kept.</summary>
    public int GgufHeaderMemory { get; init; } = 48 * 1024 * 1024;

    /// <summary>How deep the messages of a protobuf file may lie in one another (the limit of protobuf's own parsers).</summary>
    public int ProtobufDepth { get; init; } = 100;

    /// <summary>Longest name in an ONNX model in bytes, and longest path of a file with its external data.</summary>
    public int OnnxNameBytes { get; init; } = 64 * 1024;

    /// <summary>Most memory in bytes that the tensor table and the metadata of one ONNX model may take once they are read.</summary>
    public int OnnxHeaderMemory { get; init; } = 48 * 1024 * 1024;

    /// <summary>
    /// Whether a file with ONNX external data may have more than one name on its file system. Off, as in ONNX itself: a hard link brings a
    /// file from elsewhere into the model's folder without being seen as a link. Stores that share files by hard links need it on.
    /// </summary>
    public bool OnnxHardLinks { get; init; }

    /// <summary>
    /// Longest block of the index of a TensorFlow checkpoint in bytes, as stored and decompressed. Writers end a block after 256 KiB.
    /// </summary>
    public int TensorFlowBlockBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Longest name in a TensorFlow model in bytes.</summary>
    public int TensorFlowNameBytes { get; init; } = 64 * 1024;

    /// <summary>Most memory in bytes that the tensor tables and the metadata of one TensorFlow model may take once they are read.</summary>
    public int TensorFlowHeaderMemory { get; init; } = 48 * 1024 * 1024;

    /// <summary>
    /// Most bytes of all constants of one TensorFlow graph that are no more than one value repeated: a few bytes of a file can stand for
    /// any number of them.
    /// </summary>
    public long TensorFlowFillBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Most slices of one partitioned variable of a TensorFlow checkpoint.</summary>
    public int TensorFlowSlices { get; init; } = 4096;

    /// <summary>Most dimensions of a tensor outside GGUF, which has its own limit of 4.</summary>
    public int Rank { get; init; } = 64;
}
