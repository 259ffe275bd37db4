using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Turns the entries of a checkpoint's index into tensors, each held against its shard.</summary>
/// <param name="indexName">The index, for errors.</param>
/// <param name="index">What it says.</param>
/// <param name="shards">The files with data in their order.</param>
/// <param name="contents">Takes the tensors.</param>
internal sealed class BundleTensors(string indexName, BundleIndex index, IReadOnlyList<ModelFile> shards, ModelContents contents)
{
    private const string ValueSuffix = "/.ATTRIBUTES/VARIABLE_VALUE";
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>Adds the tensors.</summary>
    /// <exception cref="ModelFormatException">An entry does not fit its shard, its dtype or its slices.</exception>
    public void Add()
    {
        foreach (BundleEntry entry in index.Entries)
        {
            if (!TensorFlowDtypes.Exists(entry.Dtype))
            {
                throw Error(TensorFlowErrorCodes.Dtype, entry, $"has the dtype {entry.Dtype}, which does not exist");
            }

            if (entry.Slices.Count == 0)
            {
                CheckPlace(entry);
            }

            if (TensorFlowDtypes.Dtype(entry.Dtype) == TensorDtype.Unknown)
            {
                contents.Skip(entry.Dtype);
            }
            else
            {
                Add(entry);
            }
        }

        foreach (BundleEntry slice in index.Slices.Values)
        {
            CheckPlace(slice);
        }

        CheckOverlaps();
    }

    private void Add(BundleEntry entry)
    {
        TensorDtype dtype = TensorFlowDtypes.Dtype(entry.Dtype);
        if (entry.Shape.ToTensorShape() is not { } shape || !dtype.TryGetByteCount(shape.ElementCount, out long size))
        {
            throw Error(TensorFlowErrorCodes.Shape, entry, $"has the shape {entry.Shape}, which no values can have");
        }

        StoredTensor stored = default;
        TensorContent content;
        if (entry.Slices.Count == 0)
        {
            CheckSize(entry, size, shape);
            stored = Stored(entry);
            content = new StoredContent(stored);
        }
        else
        {
            List<(SliceExtent[] Extents, StoredTensor Stored)> slices = BundleSlices.Resolve(
                entry, shape, (key, part) => FindSlice(entry.Dtype, key, part), (code, problem) => Error(code, entry, problem));
            stored = slices[0].Stored;
            content = new SlicedContent(slices);
        }

        contents.Add(
            new TensorInfo
            {
                Name = NameOf(entry),
                Shape = shape,
                Dtype = dtype,
                File = stored.File,
                Offset = stored.Offset,
                SizeBytes = size,
                ByteOrder = index.Order,
                IsContiguous = entry.Slices.Count == 0,
            },
            content);
    }

    // The variables of TensorFlow 2 are attributes of objects; what they are called in a path is the same for all of them.
    private string NameOf(BundleEntry entry)
    {
        string key;
        try
        {
            key = StrictUtf8.GetString(Encoding.Latin1.GetBytes(entry.Key));
        }
        catch (DecoderFallbackException error)
        {
            throw new ModelFormatException(
                TensorFlowErrorCodes.Key, indexName, entry.Place, $"the key {ErrorText.Quote(entry.Key)} is not valid UTF-8", error);
        }

        if (key.Contains('\0', StringComparison.Ordinal))
        {
            throw new ModelFormatException(
                TensorFlowErrorCodes.Key, indexName, entry.Place, $"the key {ErrorText.Quote(key)} holds a NUL");
        }

        bool isAttribute = key.Length > ValueSuffix.Length && key.EndsWith(ValueSuffix, StringComparison.Ordinal);
        string name = isAttribute ? key[..^ValueSuffix.Length] : key;
        return _names.Add(name) || _names.Add(name = key)
            ? name
            : throw new ModelFormatException(
                TensorFlowErrorCodes.Key, indexName, entry.Place, $"the name {ErrorText.Quote(name)} stands twice");
    }

    private StoredTensor? FindSlice(int dtype, string key, TensorShape shape)
    {
        if (!index.Slices.TryGetValue(key, out BundleEntry? slice) || slice.Dtype != dtype || slice.Shape.ToTensorShape() != shape ||
            !TensorFlowDtypes.Dtype(dtype).TryGetByteCount(shape.ElementCount, out long size))
        {
            return null;
        }

        CheckPlace(slice);
        CheckSize(slice, size, shape);
        return Stored(slice);
    }

    private StoredTensor Stored(BundleEntry entry) => new(shards[entry.ShardId].Path, entry.Offset, entry.Size, entry.Crc);

    private void CheckSize(BundleEntry entry, long size, TensorShape shape)
    {
        if (entry.Size != size)
        {
            throw Error(
                TensorFlowErrorCodes.TensorSize,
                entry,
                $"has {entry.Size} bytes, {TensorFlowDtypes.Name(entry.Dtype)} of shape {shape} needs {size}");
        }
    }

    private void CheckPlace(BundleEntry entry)
    {
        if (entry.ShardId < 0 || entry.ShardId >= shards.Count)
        {
            throw Error(TensorFlowErrorCodes.ShardId, entry, $"is in shard {entry.ShardId} of {shards.Count}");
        }

        long length = shards[entry.ShardId].SizeBytes;
        if (entry.Offset < 0 || entry.Size < 0 || entry.Offset > length || entry.Size > length - entry.Offset)
        {
            throw Error(
                TensorFlowErrorCodes.TensorOffset,
                entry,
                $"is said to lie at {entry.Offset}, {entry.Size} bytes long, but {shards[entry.ShardId].Path} has {length}");
        }
    }

    private void CheckOverlaps()
    {
        BundleEntry? before = null;
        foreach (BundleEntry entry in index.Entries.Concat(index.Slices.Values)
            .Where(entry => entry.Slices.Count == 0 && entry.Size > 0)
            .OrderBy(entry => entry.ShardId).ThenBy(entry => entry.Offset))
        {
            if (before is not null && before.ShardId == entry.ShardId && entry.Offset < before.Offset + before.Size)
            {
                throw Error(TensorFlowErrorCodes.Overlap, entry, $"begins at {entry.Offset}, within {ErrorText.Quote(before.Key)}");
            }

            before = entry;
        }
    }

    private ModelFormatException Error(string code, BundleEntry entry, string problem) =>
        new(code, indexName, entry.Place, $"the tensor {ErrorText.Quote(entry.Key)} {problem}");
}
