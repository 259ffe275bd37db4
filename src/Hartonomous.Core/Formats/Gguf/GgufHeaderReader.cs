using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// Reads all of a GGUF file but its tensor data: magic, version, counts, metadata, the table of tensors. Layout:
/// <c>docs/gguf.md</c> of ggml; what is refused beyond it: <c>gguf_init_from_reader</c> in ggml's <c>src/gguf.cpp</c>.
/// </summary>
internal sealed class GgufHeaderReader
{
    private readonly GgufFieldReader _fields;
    private uint _version;
    private ByteOrder _order;

    private GgufHeaderReader(GgufFieldReader fields) => _fields = fields;

    /// <summary>Reads the header of one file.</summary>
    /// <exception cref="ModelFormatException">The file is not a whole and valid GGUF file.</exception>
    public static GgufHeader Read(ByteSource source, ReadLimits limits, CancellationToken cancellation) =>
        new GgufHeaderReader(new GgufFieldReader(source, limits, cancellation)).Read();

    private GgufHeader Read()
    {
        ReadVersion();
        _fields.Begin(_version, _order);
        (int tensorCount, int kvCount) = ReadCounts();

        GgufMetadataReader metadataReader = new(_fields);
        OrderedDictionary<string, MetadataValue> metadata = metadataReader.Read(kvCount);
        GgufTensorTableReader tableReader = new(_fields, metadataReader.Alignment);
        List<GgufTensorEntry> tensors = tableReader.Read(tensorCount);
        return new GgufHeader
        {
            Source = _fields.Bytes.Source,
            Version = _version,
            Order = _order,
            Alignment = metadataReader.Alignment,
            Metadata = metadata,
            MetadataRanges = metadataReader.Ranges,
            Tensors = tensors,
            DataStart = tableReader.CheckData(tensors),
        };
    }

    private void ReadVersion()
    {
        ReadOnlySpan<byte> magic = _fields.Bytes.Take(4, "the magic number");
        bool swapped = magic.SequenceEqual(GgufConstants.SwappedMagic);
        if (!swapped && !magic.SequenceEqual(GgufConstants.Magic))
        {
            throw _fields.Error(GgufErrorCodes.Magic, 0, $"the file begins with {Convert.ToHexString(magic)}, 47475546 (GGUF) is expected");
        }

        // Big-endian writers keep the magic as it is and turn the version, or turn both.
        uint little = _fields.Bytes.ReadUInt32("the version");
        uint big = BinaryPrimitives.ReverseEndianness(little);
        if (!swapped && little is > 0 and <= GgufConstants.LastVersion)
        {
            (_version, _order) = (little, ByteOrder.Little);
        }
        else if (big is > 0 and <= GgufConstants.LastVersion)
        {
            (_version, _order) = (big, ByteOrder.Big);
        }
        else
        {
            throw _fields.Error(
                GgufErrorCodes.Version,
                4,
                swapped
                    ? $"the version is {big} in the byte order of the magic number FUGG, 1 to {GgufConstants.LastVersion} are read"
                    : $"the version is {little}, or {big} in the other byte order, 1 to {GgufConstants.LastVersion} are read");
        }
    }

    private (int Tensors, int Entries) ReadCounts()
    {
        long start = _fields.Position;
        ulong tensors = _fields.ReadCount("the number of tensors");
        ulong entries = _fields.ReadCount("the number of metadata entries");
        int countSize = _fields.CountSize;
        return (
            CheckCount(
                tensors,
                start,
                GgufTensorTableReader.MinEntrySize(countSize),
                GgufTensorTableReader.EntryMemory,
                GgufErrorCodes.TensorCount,
                "tensors"),
            CheckCount(
                entries,
                start + countSize,
                GgufMetadataReader.MinEntrySize(countSize),
                GgufMetadataReader.EntryMemory,
                GgufErrorCodes.KvCount,
                "metadata entries"));
    }

    private int CheckCount(ulong count, long offset, int size, int memory, string code, string what)
    {
        if (count > (ulong)(_fields.Bytes.Remaining / size))
        {
            throw _fields.Error(
                code, offset, $"{count} {what} of at least {size} bytes are declared, but {_fields.Bytes.Remaining} bytes remain");
        }

        return _fields.TryCharge(count * (ulong)memory)
            ? (int)count
            : throw _fields.Error(
                code,
                offset,
                $"{count} {what} would take more than the {_fields.Limits.GgufHeaderMemory} bytes of memory that a header may take");
    }
}
