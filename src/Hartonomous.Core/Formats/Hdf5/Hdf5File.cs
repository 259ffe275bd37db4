using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>What an HDF5 file holds: its datasets of numbers and the attributes of its upper groups.</summary>
internal sealed class Hdf5File
{
    private const int MaxPathLength = 4096;

    private readonly Hdf5Reader _reader;
    private readonly Hdf5DatasetReader _datasetReader;
    private readonly HashSet<long> _groups = [];
    private readonly List<Hdf5Dataset> _datasets = [];
    private readonly Dictionary<string, Hdf5ObjectHeader> _upperGroups = new(StringComparer.Ordinal);
    private int _links;

    private Hdf5File(Hdf5Reader reader)
    {
        _reader = reader;
        Values = new Hdf5AttributeValues(reader);
        _datasetReader = new Hdf5DatasetReader(reader, Values);
    }

    /// <summary>The superblock.</summary>
    public Hdf5Superblock Superblock => _reader.Superblock;

    /// <summary>The datasets of numbers, in the order of a walk through the groups.</summary>
    public IReadOnlyList<Hdf5Dataset> Datasets => _datasets;

    /// <summary>Reads the values of attributes.</summary>
    public Hdf5AttributeValues Values { get; }

    /// <summary>How many datasets hold no numbers.</summary>
    public int OtherDatasets { get; private set; }

    /// <summary>How many links only name a path; they are not followed.</summary>
    public int SoftLinks { get; private set; }

    /// <summary>How many links lead to a group that has been read under another name.</summary>
    public int RepeatedGroups { get; private set; }

    /// <summary>Reads the structures of a file, none of its values.</summary>
    /// <exception cref="ModelFormatException">
    /// The file is not as the format says; the codes are in <see cref="Hdf5ErrorCodes"/>.
    /// </exception>
    public static Hdf5File Open(ByteSource source, ReadLimits limits, CancellationToken cancellation)
    {
        Hdf5Superblock superblock = Hdf5Superblock.Read(source);
        Hdf5File file = new(new Hdf5Reader(source, superblock, limits, cancellation));
        file._groups.Add(superblock.Root);
        file.ReadGroup(Hdf5ObjectHeader.Read(file._reader, superblock.Root), string.Empty, 0);
        UInt128 declared = file._datasets.Where(dataset => !dataset.IsContiguous)
            .Aggregate(UInt128.Zero, (sum, dataset) => sum + (ulong)dataset.SizeBytes);
        file._datasetReader.CheckExpansion(declared, source.Length, null, "the file");
        return file;
    }

    /// <summary>
    /// The values of a dataset: row-major, little-endian. Chunked ones are decoded as they are read. Not owned by the file's source: the
    /// caller disposes it.
    /// </summary>
    public static ByteSource OpenValues(ByteSource source, Hdf5Superblock superblock, Hdf5Dataset dataset, ReadLimits limits)
    {
        ByteSource stored = dataset switch
        {
            { SizeBytes: 0 } => new MemoryByteSource(source.Name, ReadOnlyMemory<byte>.Empty),
            { IsContiguous: true } => source.Slice(dataset.Offset, dataset.SizeBytes),
            { Layout.Class: Hdf5LayoutClass.Chunked } =>
                new Hdf5ChunkedSource(new Hdf5Reader(source, superblock, limits, CancellationToken.None), dataset),
            { Fill: { } fill } => new Hdf5FillSource(source, fill, dataset.SizeBytes),
            _ => new ZeroByteSource(source.Name, dataset.SizeBytes),
        };
        BlockLayout layout = dataset.Dtype.Layout();
        return dataset.Order == ByteOrder.Little || layout.IsByteOrderFree ? stored : new ByteOrderByteSource(stored, layout);
    }

    /// <summary>The attributes of the root (an empty path) or of a group directly below it; none where there is no such group.</summary>
    public List<Hdf5Attribute> Attributes(string path) =>
        _upperGroups.TryGetValue(path, out Hdf5ObjectHeader? header) ? Hdf5AttributeReader.Read(_reader, header) : [];

    /// <summary>Whether there is a group of that name directly below the root.</summary>
    public bool HasGroup(string name) => _upperGroups.ContainsKey(name);

    private void ReadGroup(Hdf5ObjectHeader header, string path, int depth)
    {
        if (depth > _reader.Limits.Hdf5GroupDepth)
        {
            throw _reader.Error(
                Hdf5ErrorCodes.GroupDepth, header.Offset, $"groups are nested deeper than {_reader.Limits.Hdf5GroupDepth} levels");
        }

        if (!Hdf5Group.IsGroup(header) && depth == 0)
        {
            throw _reader.Error(Hdf5ErrorCodes.Message, header.Offset, "the root object is no group");
        }

        if (depth <= 1)
        {
            _upperGroups.Add(path, header);
        }

        List<Hdf5Link> links = Hdf5Group.ReadLinks(_reader, header);
        _links += links.Count;
        if (_links > _reader.Limits.Hdf5Links)
        {
            throw _reader.Error(Hdf5ErrorCodes.LinkCount, header.Offset, $"the file has more than {_reader.Limits.Hdf5Links} links");
        }

        foreach (Hdf5Link link in links)
        {
            if (link.IsSoft)
            {
                SoftLinks++;
                continue;
            }

            if (_groups.Contains(link.Address))
            {
                RepeatedGroups++;
                continue;
            }

            ReadObject(link, path.Length == 0 ? link.Name : $"{path}/{link.Name}", depth);
        }
    }

    private void ReadObject(Hdf5Link link, string path, int depth)
    {
        if (path.Length > MaxPathLength)
        {
            throw _reader.Error(Hdf5ErrorCodes.LinkName, null,
                $"the path {ErrorText.Quote(path)} has more than {MaxPathLength} characters");
        }

        Hdf5ObjectHeader header = Hdf5ObjectHeader.Read(_reader, link.Address);
        if (Hdf5DatasetReader.IsDataset(header))
        {
            if (_datasetReader.Read(header, path) is { } dataset)
            {
                _datasets.Add(dataset);
            }
            else
            {
                OtherDatasets++;
            }
        }
        else if (Hdf5Group.IsGroup(header))
        {
            _groups.Add(link.Address);
            ReadGroup(header, path, depth + 1);
        }
        else if (header.Find(Hdf5MessageType.Datatype) is null)
        {
            throw _reader.Error(Hdf5ErrorCodes.Message, header.Offset, $"{ErrorText.Quote(path)} is no group, no dataset and no datatype");
        }
    }
}
