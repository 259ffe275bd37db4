using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// What a store held when it was last looked at. PowerShell asks a provider about every part of a path and every child by itself: the store
/// is read again only when its database has changed.
/// </summary>
internal sealed class DriveSnapshot
{
    private const int Kept = 8;

    private static readonly Lock Gate = new();
    private static readonly List<DriveSnapshot> Recent = [];

    private readonly HartStoreConnection _connection;
    private readonly string _stamp;
    private readonly Dictionary<long, DriveNode> _trees = [];

    private DriveSnapshot(HartStoreConnection connection, string stamp)
    {
        _connection = connection;
        _stamp = stamp;
        using StoreLease lease = connection.Acquire(create: false);
        Models = [.. lease.Store.ListModels()];
        HashSet<string> several =
            [.. Models.GroupBy(model => model.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1).Select(group => group.Key)];
        Names = [.. Models.Select(model => DriveNames.Escape(several.Contains(model.Name) ? $"{model.Name} ({model.Tenant})" : model.Name))];
    }

    /// <summary>The models.</summary>
    public IReadOnlyList<StoredModel> Models { get; }

    /// <summary>Their parts of paths, in the same order; where several tenants have a model of one name, with the tenant.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The latest of a store.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public static DriveSnapshot Of(HartStoreConnection connection)
    {
        string stamp = Stamp(connection.Path);
        lock (Gate)
        {
            if (Recent.Find(IsCurrent) is { } current)
            {
                return current;
            }
        }

        DriveSnapshot snapshot = new(connection, stamp);
        lock (Gate)
        {
            Recent.RemoveAll(other => other.IsOf(connection));
            Recent.Add(snapshot);
            if (Recent.Count > Kept)
            {
                Recent.RemoveAt(0);
            }
        }

        return snapshot;

        bool IsCurrent(DriveSnapshot other) => other.IsOf(connection) && other._stamp == stamp;
    }

    /// <summary>The tree of a model's tensors.</summary>
    public DriveNode Tree(StoredModel model)
    {
        lock (_trees)
        {
            if (!_trees.TryGetValue(model.ModelId, out DriveNode? tree))
            {
                _trees.Add(model.ModelId, tree = DriveNode.Of(Tensors(model)));
            }

            return tree;
        }
    }

    /// <summary>A model's tensors, in the order of its files.</summary>
    public IReadOnlyList<StoredTensor> Tensors(StoredModel model)
    {
        using StoreLease lease = _connection.Acquire(create: false);
        return [.. lease.Store.ListTensors(model.ModelId)];
    }

    private bool IsOf(HartStoreConnection connection) => _connection.Path == connection.Path && _connection.Tenant == connection.Tenant;

    /// <summary>Lengths and times of the database's files: a commit changes one of them.</summary>
    private static string Stamp(string folder) => $"{Describe(Path.Combine(folder, "hart.db"))} {Describe(Path.Combine(folder, "hart.db-wal"))}";

    private static string Describe(string path) => new FileInfo(path) is { Exists: true } file ? $"{file.Length} {file.LastWriteTimeUtc.Ticks}" : "-";
}
