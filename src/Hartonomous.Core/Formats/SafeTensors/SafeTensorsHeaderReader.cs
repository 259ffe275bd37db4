using System.Buffers.Binary;
using System.Text.Json;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>
/// Reads the header of one SafeTensors file: 8 bytes of little-endian length N, N bytes of JSON, the tensors' bytes. The layout is that of
/// the README of the safetensors repository, the checks are those of its <c>tensor.rs</c> and stricter ones; see this folder's README.
/// </summary>
internal sealed class SafeTensorsHeaderReader
{
    /// <summary>Bytes before the JSON.</summary>
    public const int LengthSize = 8;

    /// <summary>The key that holds free metadata instead of a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    private const int MaxWarnedKeys = 8;

    private static readonly StrictJsonCodes Codes =
        new(SafeTensorsErrorCodes.HeaderJson, SafeTensorsErrorCodes.Depth, SafeTensorsErrorCodes.DuplicateKey);

    private readonly ByteSource _source;
    private readonly ReadLimits _limits;
    private readonly Action<int> _countKey;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ignoredKeys = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, MetadataValue> _metadata = new(StringComparer.Ordinal);
    private readonly List<long> _dimensions = [];
    private long _dataStart;
    private long _otherKeys;
    private long _otherBytes;
    private long _totalSize;
    private bool _reachesPastEnd;

    private SafeTensorsHeaderReader(ByteSource source, ReadLimits limits)
    {
        _source = source;
        _limits = limits;
        _countKey = bytes => CountOther(1, bytes);
    }

    private long DataLength => _source.Length - _dataStart;

    /// <summary>Reads and checks a header; touches nothing behind it.</summary>
    /// <param name="source">The whole file.</param>
    /// <param name="relativePath">The file's path in its model.</param>
    /// <param name="limits">What is accepted.</param>
    /// <exception cref="ModelFormatException">The file is not as the format says.</exception>
    public static SafeTensorsHeader Read(ByteSource source, string relativePath, ReadLimits limits)
    {
        SafeTensorsHeaderReader reader = new(source, limits);
        reader.Parse(reader.ReadJson());
        reader.CheckCoverage();
        return reader.ToHeader(relativePath);
    }

    /// <summary>Number of bytes of white space, as JSON has it, at the beginning.</summary>
    public static int CountWhiteSpace(ReadOnlySpan<byte> text)
    {
        int count = text.IndexOfAnyExcept(" \t\r\n"u8);
        return count < 0 ? text.Length : count;
    }

    private byte[] ReadJson()
    {
        if (_source.Length < LengthSize)
        {
            throw Error(SafeTensorsErrorCodes.HeaderTooSmall, 0, $"the file has {_source.Length} bytes, the length of the header alone needs 8");
        }

        Span<byte> prefix = stackalloc byte[LengthSize];
        _source.ReadExactly(0, prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)_limits.SafeTensorsHeaderBytes)
        {
            throw Error(
                SafeTensorsErrorCodes.HeaderTooLarge, 0, $"the header would have {length} bytes, {_limits.SafeTensorsHeaderBytes} are accepted");
        }

        if ((long)length > _source.Length - LengthSize)
        {
            throw Error(
                SafeTensorsErrorCodes.HeaderLength, 0, $"the header would have {length} bytes, but {_source.Length - LengthSize} follow its length");
        }

        byte[] json = new byte[(int)length];
        _source.ReadExactly(LengthSize, json);
        _dataStart = LengthSize + json.Length;
        int invalid = StrictJsonReader.IndexOfInvalidUtf8(json);
        if (invalid >= 0)
        {
            throw Error(SafeTensorsErrorCodes.HeaderUtf8, LengthSize + invalid, $"the byte 0x{json[invalid]:X2} is no UTF-8 here");
        }

        int first = CountWhiteSpace(json);
        if (first == json.Length)
        {
            throw Error(SafeTensorsErrorCodes.HeaderJson, LengthSize, "the header is empty, a JSON object is expected");
        }

        if (json[first] != (byte)'{')
        {
            throw Error(
                SafeTensorsErrorCodes.HeaderStart, LengthSize + first, $"the header begins with the byte 0x{json[first]:X2}, '{{' is expected");
        }

        return json;
    }

    private void Parse(byte[] bytes)
    {
        StrictJsonReader json = new(bytes, _source.Name, LengthSize, _limits.JsonDepth, Codes);
        json.Read();
        while (json.Read() != JsonTokenType.EndObject)
        {
            string name = json.GetString();
            json.AddKey(_names, name);
            long offset = json.Offset;
            json.Read();
            if (name == MetadataKey)
            {
                ParseMetadata(ref json);
            }
            else
            {
                ParseTensor(ref json, name, offset);
            }
        }

        json.ReadEnd();
    }

    private void ParseMetadata(ref StrictJsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw json.Error(SafeTensorsErrorCodes.Metadata, $"{MetadataKey} is {json.TokenType}, an object of strings is expected");
        }

        while (json.Read() != JsonTokenType.EndObject)
        {
            CountOther(1, json.Raw.Length);
            string key = json.GetString();
            if (_metadata.ContainsKey(key))
            {
                throw json.DuplicateKey(key);
            }

            if (json.Read() != JsonTokenType.String)
            {
                throw json.Error(
                    SafeTensorsErrorCodes.Metadata, $"the metadata {ErrorText.Quote(key)} is {json.TokenType}, a string is expected");
            }

            CountOther(0, json.Raw.Length);
            _metadata.Add(key, MetadataValue.Of(json.GetString()));
        }
    }

    private void ParseTensor(ref StrictJsonReader json, string name, long offset)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw json.Error(SafeTensorsErrorCodes.HeaderJson, $"the tensor {ErrorText.Quote(name)} is {json.TokenType}, an object is expected");
        }

        if (_entries.Count == _limits.SafeTensorsTensors)
        {
            throw json.Error(SafeTensorsErrorCodes.TensorCount, $"the header names more than {_limits.SafeTensorsTensors} tensors");
        }

        TensorDtype? dtype = null;
        TensorShape? shape = null;
        (long Begin, long End)? range = null;
        HashSet<string>? others = null;
        while (json.Read() != JsonTokenType.EndObject)
        {
            string field = json.TextEquals("dtype"u8) ? "dtype"
                : json.TextEquals("shape"u8) ? "shape"
                : json.TextEquals("data_offsets"u8) ? "data_offsets"
                : IgnoredKey(ref json, others ??= new HashSet<string>(StringComparer.Ordinal));
            if ((field == "dtype" && dtype is not null) || (field == "shape" && shape is not null) ||
                (field == "data_offsets" && range is not null))
            {
                throw json.DuplicateKey(field);
            }

            json.Read();
            switch (field)
            {
                case "dtype": dtype = ParseDtype(ref json, name); break;
                case "shape": shape = ParseShape(ref json, name); break;
                case "data_offsets": range = ParseOffsets(ref json, name); break;
                default: json.SkipValue(_countKey); break;
            }
        }

        Add(new Entry(
            name,
            dtype ?? throw Missing(SafeTensorsErrorCodes.Dtype, offset, name, "dtype"),
            shape ?? throw Missing(SafeTensorsErrorCodes.Shape, offset, name, "shape"),
            range ?? throw Missing(SafeTensorsErrorCodes.Offsets, offset, name, "data_offsets"),
            offset));
    }

    // The reference reader ignores keys it does not know in a tensor's entry; so does this one, and says so.
    private string IgnoredKey(ref StrictJsonReader json, HashSet<string> others)
    {
        CountOther(1, json.Raw.Length);
        string key = json.GetString();
        json.AddKey(others, key);
        if (_ignoredKeys.Count < MaxWarnedKeys)
        {
            _ignoredKeys.Add(key);
        }

        return string.Empty;
    }

    private static TensorDtype ParseDtype(ref StrictJsonReader json, string name)
    {
        if (json.TokenType == JsonTokenType.String && SafeTensorsDtypes.TryParse(json, out TensorDtype dtype))
        {
            return dtype;
        }

        string found = json.TokenType == JsonTokenType.String ? ErrorText.Quote(json.GetString()) : json.TokenType.ToString();
        throw json.Error(SafeTensorsErrorCodes.Dtype, $"the dtype of {ErrorText.Quote(name)} is {found}, which SafeTensors does not know");
    }

    private TensorShape ParseShape(ref StrictJsonReader json, string name)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw json.Error(SafeTensorsErrorCodes.Shape, $"the shape of {ErrorText.Quote(name)} is {json.TokenType}, an array is expected");
        }

        _dimensions.Clear();
        while (json.Read() != JsonTokenType.EndArray)
        {
            if (!json.TryGetWholeNumber(out long dimension, out bool tooLarge))
            {
                throw tooLarge
                    ? json.Error(SafeTensorsErrorCodes.ShapeOverflow, $"a dimension of {ErrorText.Quote(name)} exceeds 2^63 - 1")
                    : json.Error(SafeTensorsErrorCodes.Shape, $"a dimension of {ErrorText.Quote(name)} is no whole number from 0 on");
            }

            if (_dimensions.Count == _limits.Rank)
            {
                throw json.Error(SafeTensorsErrorCodes.Rank, $"{ErrorText.Quote(name)} has more than {_limits.Rank} dimensions");
            }

            _dimensions.Add(dimension);
        }

        ReadOnlySpan<long> dimensions = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_dimensions);
        if (!TensorShape.TryCountElements(dimensions, out _))
        {
            throw json.Error(SafeTensorsErrorCodes.ShapeOverflow, $"the number of values of {ErrorText.Quote(name)} exceeds 2^63 - 1");
        }

        return new TensorShape(dimensions);
    }

    private static (long Begin, long End) ParseOffsets(ref StrictJsonReader json, string name)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw json.Error(
                SafeTensorsErrorCodes.Offsets, $"data_offsets of {ErrorText.Quote(name)} is {json.TokenType}, an array of two is expected");
        }

        json.Read();
        long begin = ParseOffset(ref json, name);
        json.Read();
        long end = ParseOffset(ref json, name);
        if (json.Read() != JsonTokenType.EndArray)
        {
            throw json.Error(SafeTensorsErrorCodes.Offsets, $"data_offsets of {ErrorText.Quote(name)} has more than two numbers");
        }

        if (begin > end)
        {
            throw json.Error(SafeTensorsErrorCodes.Offsets, $"{ErrorText.Quote(name)} begins at {begin} and ends before that, at {end}");
        }

        return (begin, end);
    }

    private static long ParseOffset(ref StrictJsonReader json, string name) =>
        json.TryGetWholeNumber(out long value, out _)
            ? value
            : throw json.Error(
                SafeTensorsErrorCodes.Offsets, $"data_offsets of {ErrorText.Quote(name)} are not two whole numbers from 0 to 2^63 - 1");

    private void Add(Entry entry)
    {
        long elements = entry.Shape.ElementCount;
        if (!entry.Dtype.TryGetByteCount(elements, out long size))
        {
            throw elements % entry.Dtype.Layout().Elements != 0
                ? Error(
                    SafeTensorsErrorCodes.Misaligned, entry.Offset, $"{elements} values of {entry.Dtype} in {ErrorText.Quote(entry.Name)} fill no whole bytes")
                : Error(SafeTensorsErrorCodes.ShapeOverflow, entry.Offset, $"the size of {ErrorText.Quote(entry.Name)} exceeds 2^63 - 1 bytes");
        }

        if (entry.Range.End - entry.Range.Begin != size)
        {
            throw Error(
                SafeTensorsErrorCodes.TensorSize,
                entry.Offset,
                $"{ErrorText.Quote(entry.Name)} spans {entry.Range.End - entry.Range.Begin} bytes, {entry.Dtype} {entry.Shape} needs {size}");
        }

        // Ranges that all lie within the data and are longer together than the data share bytes: no need to read on to find out where.
        _reachesPastEnd |= entry.Range.End > DataLength;
        _totalSize += Math.Min(size, long.MaxValue - _totalSize);
        if (!_reachesPastEnd && _totalSize > DataLength)
        {
            throw Error(
                SafeTensorsErrorCodes.Overlap,
                entry.Offset,
                $"the tensors up to {ErrorText.Quote(entry.Name)} have {_totalSize} bytes in {DataLength} bytes of data, so some overlap");
        }

        _entries.Add(entry);
    }

    private void CheckCoverage()
    {
        (long Begin, long End, int Index)[] ranges = new (long, long, int)[_entries.Count];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = (_entries[i].Range.Begin, _entries[i].Range.End, i);
        }

        Array.Sort(ranges);
        long covered = 0;
        foreach ((long begin, long end, int index) in ranges)
        {
            if (begin != covered)
            {
                Entry entry = _entries[index];
                throw begin > covered
                    ? Error(
                        SafeTensorsErrorCodes.Hole,
                        entry.Offset,
                        $"{ErrorText.Quote(entry.Name)} begins at {begin}, the bytes from {covered} on belong to no tensor")
                    : Error(
                        SafeTensorsErrorCodes.Overlap,
                        entry.Offset,
                        $"{ErrorText.Quote(entry.Name)} begins at {begin}, within the tensor before it, which ends at {covered}");
            }

            covered = end;
        }

        if (covered > DataLength)
        {
            throw Error(SafeTensorsErrorCodes.DataTruncated, _source.Length, $"the tensors need {covered} bytes of data, the file has {DataLength}");
        }

        if (covered < DataLength)
        {
            throw Error(
                SafeTensorsErrorCodes.TrailingData, _dataStart + covered, $"{DataLength - covered} bytes behind the last tensor belong to none");
        }
    }

    private SafeTensorsHeader ToHeader(string relativePath)
    {
        TensorInfo[] tensors = new TensorInfo[_entries.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            Entry entry = _entries[i];
            (LayerType type, int? layer) = LayerClassifier.Classify(entry.Name);
            tensors[i] = new TensorInfo
            {
                Name = entry.Name,
                Shape = entry.Shape,
                Dtype = entry.Dtype,
                File = relativePath,
                Offset = _dataStart + entry.Range.Begin,
                SizeBytes = entry.Range.End - entry.Range.Begin,
                LayerType = type,
                LayerIndex = layer,
            };
        }

        string[] warnings = _ignoredKeys.Count == 0
            ? []
            : [$"{relativePath}: tensors have keys that SafeTensors does not define, ignored: {string.Join(", ", _ignoredKeys.Select(ErrorText.Quote))}"];
        return new SafeTensorsHeader(tensors, _metadata, warnings);
    }

    private void CountOther(int keys, int bytes)
    {
        _otherKeys += keys;
        _otherBytes += bytes;
        if (_otherKeys > _limits.SafeTensorsMetadataKeys || _otherBytes > _limits.SafeTensorsMetadataBytes)
        {
            throw Error(
                SafeTensorsErrorCodes.Metadata,
                LengthSize,
                $"the metadata exceeds {_limits.SafeTensorsMetadataKeys} entries or {_limits.SafeTensorsMetadataBytes} bytes");
        }
    }

    private ModelFormatException Missing(string code, long offset, string name, string field) =>
        Error(code, offset, $"the tensor {ErrorText.Quote(name)} has no {field}");

    private ModelFormatException Error(string code, long offset, string problem) => new(code, _source.Name, offset, problem);

    private readonly record struct Entry(string Name, TensorDtype Dtype, TensorShape Shape, (long Begin, long End) Range, long Offset);
}
