using System.Text;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Reads the index of a checkpoint: a table whose first entry, with an empty key, is the BundleHeaderProto, and whose others are a
/// BundleEntryProto each.
/// </summary>
/// <param name="source">The index; not owned.</param>
/// <param name="limits">What is accepted.</param>
/// <param name="budget">The memory for tables.</param>
internal sealed class BundleIndexReader(ByteSource source, ReadLimits limits, HeaderBudget budget)
{
    // Of the version messages. TensorFlow's kTensorBundleVersion; only readers that are at least this new are asked for by its writers.
    private const int ReaderVersion = 1;

    private readonly List<BundleEntry> _entries = [];
    private readonly Dictionary<string, BundleEntry> _slices = new(StringComparer.Ordinal);
    private int? _shardCount;
    private ByteOrder _order;
    private int _producer;

    /// <summary>The number of shards, from the first entry alone.</summary>
    /// <exception cref="ModelFormatException">The index is not as the format says.</exception>
    public static int ReadShardCount(string path, ReadLimits limits)
    {
        using FileByteSource source = FileByteSource.Open(path);
        BundleIndexReader reader = new(source, limits, new HeaderBudget(limits.TensorFlowHeaderMemory));
        new SortedTable(source, limits).Read(
            (key, value, offset) =>
            {
                reader.Take(key, value, offset);
                return false;
            },
            CancellationToken.None);
        return reader.Result().ShardCount;
    }

    /// <summary>Reads the index.</summary>
    /// <exception cref="ModelFormatException">It is not as the format says.</exception>
    public BundleIndex Read(CancellationToken cancellation)
    {
        new SortedTable(source, limits).Read(
            (key, value, offset) =>
            {
                Take(key, value, offset);
                return true;
            },
            cancellation);
        return Result();
    }

    private BundleIndex Result() => _shardCount is { } shards
        ? new BundleIndex(shards, _order, _producer, _entries, _slices)
        : throw Error(TensorFlowErrorCodes.BundleHeader, 0, "the table is empty, its first entry should be the header of a checkpoint");

    private void Take(ReadOnlySpan<byte> key, ReadOnlyMemory<byte> value, long offset)
    {
        budget.Take(key.Length, source.Name, offset);
        ProtobufReader reader = new(new MemoryByteSource(source.Name, value));
        try
        {
            if (_shardCount is null)
            {
                ReadHeader(key, reader, offset);
                return;
            }

            if (key.Length > limits.TensorFlowNameBytes)
            {
                throw Error(TensorFlowErrorCodes.Key, offset, $"a key has {key.Length} bytes, {limits.TensorFlowNameBytes} are accepted");
            }

            BundleEntry entry = ReadEntry(Encoding.Latin1.GetString(key), reader, offset);
            if (SliceKey.IsSlice(entry.Key))
            {
                _slices.Add(entry.Key, entry);
            }
            else
            {
                _entries.Add(entry);
            }
        }
        catch (ModelFormatException error) when (error.Code.StartsWith("PROTOBUF_", StringComparison.Ordinal))
        {
            // Its place is one in the entry; the file, compressed, has none for it.
            throw new ModelFormatException(
                TensorFlowErrorCodes.BundleEntry, source.Name, offset, $"an entry is no valid message: {error.Problem}", error);
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> key, ProtobufReader reader, long offset)
    {
        if (key.Length > 0)
        {
            throw Error(
                TensorFlowErrorCodes.BundleHeader, offset,
                "the table's first key is not empty, as that of a checkpoint's header is");
        }

        int shards = 0;
        int order = 0;
        int minConsumer = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1 when reader.WireType == ProtobufWireType.LengthDelimited:
                    throw Error(
                        TensorFlowErrorCodes.CheckpointV1,
                        offset,
                        "this is a checkpoint of version 1 (SavedTensorSlices), which is not read; savers write version 2 by default");
                case 1:
                    shards = reader.GetInt32();
                    break;
                case 2:
                    order = reader.GetInt32();
                    break;
                case 3:
                    minConsumer = ReadVersion(reader);
                    break;
            }
        }

        if (shards < 1 || order is not (0 or 1))
        {
            throw Error(
                TensorFlowErrorCodes.BundleHeader, offset,
                $"the checkpoint is said to have {shards} shards in byte order {order} (0 and 1 exist)");
        }

        if (minConsumer > ReaderVersion)
        {
            throw Error(
                TensorFlowErrorCodes.BundleVersion, offset,
                $"the checkpoint asks for readers of version {minConsumer}, this is {ReaderVersion}");
        }

        _shardCount = shards;
        _order = order == 0 ? ByteOrder.Little : ByteOrder.Big;
    }

    // VersionDef {producer 1, min_consumer 2, bad_consumers 3}.
    private int ReadVersion(ProtobufReader reader)
    {
        int minConsumer = 0;
        reader.Enter();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    _producer = reader.GetInt32();
                    break;
                case 2:
                    minConsumer = reader.GetInt32();
                    break;
            }
        }

        reader.Leave();
        return minConsumer;
    }

    private BundleEntry ReadEntry(string key, ProtobufReader reader, long place)
    {
        int dtype = 0;
        ProtoShape shape = ProtoShape.Scalar;
        int shard = 0;
        long offset = 0;
        long size = 0;
        uint crc = 0;
        List<SliceExtent[]> slices = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    dtype = reader.GetInt32();
                    break;
                case 2:
                    shape = ReadShape(reader, place);
                    break;
                case 3:
                    shard = reader.GetInt32();
                    break;
                case 4:
                    offset = reader.GetInt64();
                    break;
                case 5:
                    size = reader.GetInt64();
                    break;
                case 6:
                    crc = reader.GetFixed32();
                    break;
                case 7:
                    slices.Add(ReadSlice(reader, place, slices.Count));
                    break;
            }
        }

        return new BundleEntry(key, dtype, shape, shard, offset, size, crc, slices, place);
    }

    private ProtoShape ReadShape(ProtobufReader reader, long place)
    {
        try
        {
            return ProtoShape.Read(reader, limits);
        }
        catch (ModelFormatException error) when (error.Code == TensorFlowErrorCodes.Rank)
        {
            throw new ModelFormatException(error.Code, source.Name, place, error.Problem, error);
        }
    }

    // TensorSliceProto {extent 1 {start 1, length 2}}; an extent without length is the whole dimension.
    private SliceExtent[] ReadSlice(ProtobufReader reader, long place, int count)
    {
        if (count == limits.TensorFlowSlices)
        {
            throw Error(TensorFlowErrorCodes.Slices, place, $"a variable has more than {limits.TensorFlowSlices} slices");
        }

        List<SliceExtent> extents = [];
        reader.Enter();
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                continue;
            }

            if (extents.Count == limits.Rank)
            {
                throw Error(TensorFlowErrorCodes.Rank, place, $"a slice has more than {limits.Rank} dimensions");
            }

            long start = 0;
            long length = SliceExtent.Full;
            reader.Enter();
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 1:
                        start = reader.GetInt64();
                        break;
                    case 2:
                        length = reader.GetInt64();
                        break;
                }
            }

            reader.Leave();
            extents.Add(new SliceExtent(start, length));
        }

        reader.Leave();
        budget.Take(extents.Count * 8, source.Name, place);
        return [.. extents];
    }

    private ModelFormatException Error(string code, long offset, string problem) => new(code, source.Name, offset, problem);
}
