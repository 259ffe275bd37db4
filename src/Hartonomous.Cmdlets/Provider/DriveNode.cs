using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>A group of tensors, or a tensor, in the tree of a model.</summary>
internal sealed class DriveNode(string name)
{
    private readonly Dictionary<string, DriveNode> _children = new(StringComparer.Ordinal);

    /// <summary>Its part of the path.</summary>
    public string Name => name;

    /// <summary>The tensor, or null for a group.</summary>
    public StoredTensor? Tensor { get; private init; }

    /// <summary>What the names of a group's tensors begin with.</summary>
    public string Prefix { get; private set; } = string.Empty;

    /// <summary>Number of tensors in it.</summary>
    public long TensorCount { get; private set; }

    /// <summary>Number of values in them.</summary>
    public long ElementCount { get; private set; }

    /// <summary>Length of their contents.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Groups in their natural order (<c>blk.2</c> before <c>blk.10</c>), then tensors in that of the file.</summary>
    public IEnumerable<DriveNode> Children => _children.Values.Where(child => child.Tensor is null)
        .OrderBy(child => child.Name, NaturalOrder.Comparer)
        .Concat(_children.Values.Where(child => child.Tensor is not null));

    /// <summary>The tree of a model's tensors.</summary>
    public static DriveNode Of(IEnumerable<StoredTensor> tensors)
    {
        DriveNode root = new(string.Empty);
        foreach (StoredTensor tensor in tensors)
        {
            root.Add(tensor, DriveNames.Path(tensor.Info.Name));
        }

        return root;
    }

    /// <summary>A child, by the very letters of its name or, where none has them, whatever their case.</summary>
    public DriveNode? Find(string child) => _children.TryGetValue(child, out DriveNode? exact)
        ? exact
        : _children.Values.FirstOrDefault(other => other.Name.Equals(child, StringComparison.OrdinalIgnoreCase));

    private void Add(StoredTensor tensor, IReadOnlyList<string> path)
    {
        DriveNode group = this;
        group.Count(tensor);
        foreach (string part in path.SkipLast(1))
        {
            DriveNode next = group.Group(part);
            int end = tensor.Info.Name.IndexOf(part, group.Prefix.Length, StringComparison.Ordinal) + part.Length;
            next.Prefix = end > part.Length - 1 && end < tensor.Info.Name.Length ? tensor.Info.Name[..(end + 1)] : group.Prefix;
            group = next;
            group.Count(tensor);
        }

        // Two files of a model may have a tensor of one name; and a tensor may be called as a group is.
        string name = path[^1];
        for (int copy = 2; !group._children.TryAdd(name, new DriveNode(name) { Tensor = tensor }); copy++)
        {
            name = $"{path[^1]}~{copy}";
        }
    }

    private DriveNode Group(string part)
    {
        if (_children.TryGetValue(part, out DriveNode? found) && found.Tensor is null)
        {
            return found;
        }

        if (found is not null)
        {
            string moved = part + "~2";
            _children[moved] = new DriveNode(moved) { Tensor = found.Tensor };
        }

        return _children[part] = new DriveNode(part);
    }

    private void Count(StoredTensor tensor)
    {
        TensorCount++;
        ElementCount += tensor.Info.Shape.ElementCount;
        SizeBytes += tensor.Info.SizeBytes;
    }
}
