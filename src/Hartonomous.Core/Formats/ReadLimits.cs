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

    /// <summary>Longest single structure of an HDF5 file (a block of a header, a node, a heap) in bytes.</summary>
    public int Hdf5BlockBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most bytes of structures read while an HDF5 file is opened, or one of its chunk indexes is.</summary>
    public long Hdf5MetadataBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Deepest nesting of groups in an HDF5 file. Keras nests a group a layer.</summary>
    public int Hdf5GroupDepth { get; init; } = 64;

    /// <summary>Most links, and so most datasets, of an HDF5 file.</summary>
    public int Hdf5Links { get; init; } = 250_000;

    /// <summary>Longest HDF5 attribute in bytes, strings included. The configurations of large models have some 2 MB.</summary>
    public int Hdf5AttributeBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest chunk of an HDF5 dataset in bytes once its filters are undone; it is held in memory.</summary>
    public int Hdf5ChunkBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most chunks of an HDF5 dataset. h5py makes them 16 KiB to 1 MiB large.</summary>
    public int Hdf5Chunks { get; init; } = 1024 * 1024;

    /// <summary>Most bytes that HDF5 datasets may declare where they exceed <see cref="Hdf5ExpansionRatio"/> (Keras' limit).</summary>
    public long Hdf5ExpansionBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>How many times its stored size a dataset above <see cref="Hdf5ExpansionBytes"/> may declare (Keras' limit).</summary>
    public int Hdf5ExpansionRatio { get; init; } = 1000;

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

    /// <summary>Most entries of a ZIP archive.</summary>
    public int ZipEntries { get; init; } = 100_000;

    /// <summary>Longest central directory of a ZIP archive in bytes.</summary>
    public int ZipDirectoryBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most opcodes of all pickles of one file (fickling's limit).</summary>
    public int PickleOpcodes { get; init; } = 1_000_000;

    /// <summary>Most objects on the stack of a pickle, marks among them (fickling's limit).</summary>
    public int PickleStack { get; init; } = 10_000;

    /// <summary>Most objects that a pickle keeps in its memo (fickling's limit).</summary>
    public int PickleMemo { get; init; } = 100_000;

    /// <summary>Longest text in a pickle that is kept, in bytes; longer ones are passed over unread.</summary>
    public int PickleTextBytes { get; init; } = 64 * 1024;

    /// <summary>Most bytes of text that are kept of all pickles of one file.</summary>
    public int PickleTextTotal { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest compressed pickle in a ZIP archive, in bytes of its content.</summary>
    public int PickleInflatedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Deepest nesting of dictionaries, lists and modules around a tensor of a PyTorch file.</summary>
    public int PyTorchDepth { get; init; } = 100;

    /// <summary>Most tensors of one PyTorch file.</summary>
    public int PyTorchTensors { get; init; } = 100_000;
}
