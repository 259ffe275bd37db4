using System.Globalization;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Writes checkpoints of TensorFlow as tensor_bundle.proto describes them, valid ones and broken ones.</summary>
internal sealed class BundleBuilder
{
    private readonly SortedDictionary<byte[], byte[]> _entries = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
    private readonly List<List<byte>> _shards = [];

    public BundleBuilder(int shards = 1)
    {
        for (int i = 0; i < shards; i++)
        {
            _shards.Add([]);
        }
    }

    public bool IsBigEndian { get; init; }

    /// <summary>The header instead of the one that fits.</summary>
    public ProtobufBuilder? Header { get; init; }

    /// <summary>The table that the entries go into.</summary>
    public TableBuilder Table { get; init; } = new();

    public static string DataName(string prefix, int shard, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}.data-{shard:D5}-of-{count:D5}");

    /// <summary>A shape message.</summary>
    public static ProtobufBuilder Shape(params long[] dimensions)
    {
        ProtobufBuilder shape = new();
        foreach (long dimension in dimensions)
        {
            shape.Message(2, size => size.Varint(1, dimension));
        }

        return shape;
    }

    /// <summary>
    /// Data at the end of a shard and the entry that names them; <paramref name="change"/> adds fields, which go before those written.
    /// </summary>
    public BundleBuilder Add(string key, int dtype, long[] shape, byte[] data, int shard = 0, Action<ProtobufBuilder>? change = null) =>
        Add(Encoding.UTF8.GetBytes(key), dtype, shape, data, shard, change);

    public BundleBuilder Add(byte[] key, int dtype, long[] shape, byte[] data, int shard = 0, Action<ProtobufBuilder>? change = null)
    {
        ProtobufBuilder entry = new ProtobufBuilder().Varint(1, dtype).Message(2, Shape(shape)).Varint(3, shard)
            .Varint(4, _shards[shard].Count).Varint(5, data.Length)
            .Tag(6, 5).Raw(BitConverter.GetBytes(TableBuilder.MaskedCrc32C(data)));
        change?.Invoke(entry);
        _shards[shard].AddRange(data);
        return Entry(key, entry);
    }

    /// <summary>A partitioned variable, whose slices are added under keys of their own.</summary>
    public BundleBuilder Sliced(string key, int dtype, long[] shape, params (long Start, long Length)[][] slices)
    {
        ProtobufBuilder entry = new ProtobufBuilder().Varint(1, dtype).Message(2, Shape(shape));
        foreach ((long Start, long Length)[] slice in slices)
        {
            entry.Message(7, message =>
            {
                foreach ((long start, long length) in slice)
                {
                    message.Message(1, extent =>
                    {
                        if (length >= 0)
                        {
                            extent.Varint(1, start).Varint(2, length);
                        }
                    });
                }
            });
        }

        return Entry(Encoding.UTF8.GetBytes(key), entry);
    }

    public BundleBuilder Entry(byte[] key, ProtobufBuilder entry)
    {
        _entries[key] = entry.Build();
        return this;
    }

    public byte[] BuildIndex()
    {
        ProtobufBuilder header = Header ?? new ProtobufBuilder().Varint(1, _shards.Count).Varint(2, IsBigEndian ? 1 : 0)
            .Message(3, version => version.Varint(1, 1));
        Table.Add([], header.Build());
        foreach ((byte[] key, byte[] value) in _entries)
        {
            Table.Add(key, value);
        }

        return Table.Build();
    }

    /// <summary>The files of the checkpoint, the index first.</summary>
    public Dictionary<string, byte[]> Build(string prefix = "ckpt")
    {
        Dictionary<string, byte[]> files = new() { [$"{prefix}.index"] = BuildIndex() };
        for (int i = 0; i < _shards.Count; i++)
        {
            files[DataName(prefix, i, _shards.Count)] = [.. _shards[i]];
        }

        return files;
    }
}
