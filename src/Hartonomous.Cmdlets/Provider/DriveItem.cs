using System.Text.Encodings.Web;
using System.Text.Json;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>What a path of the drive leads to.</summary>
internal sealed class DriveItem
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly HartStoreConnection _connection;
    private readonly StoredModel? _model;
    private readonly DriveNode? _node;
    private readonly bool _isMetadata;

    private DriveItem(HartStoreConnection connection, StoredModel? model = null, DriveNode? node = null, bool isMetadata = false)
    {
        _connection = connection;
        _model = model;
        _node = node;
        _isMetadata = isMetadata;
    }

    /// <summary>Whether there can be items below it.</summary>
    public bool IsContainer => !_isMetadata && _node?.Tensor is null;

    /// <summary>Whether it is a tensor.</summary>
    public bool IsTensor => _node?.Tensor is not null;

    /// <summary>What a path leads to, or null.</summary>
    /// <param name="connection">The drive's store.</param>
    /// <param name="parts">The parts of the path; none for the drive itself.</param>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    public static DriveItem? Find(HartStoreConnection connection, IReadOnlyList<string> parts)
    {
        if (parts.Count == 0)
        {
            return new DriveItem(connection);
        }

        DriveSnapshot snapshot = DriveSnapshot.Of(connection);
        int found = IndexOf(snapshot.Names, parts[0]);
        if (found < 0)
        {
            return null;
        }

        StoredModel model = snapshot.Models[found];
        if (parts.Count == 2 && parts[1].Equals(DriveNames.Metadata, StringComparison.OrdinalIgnoreCase))
        {
            return new DriveItem(connection, model, isMetadata: true);
        }

        DriveNode? node = snapshot.Tree(model);
        foreach (string part in parts.Skip(1))
        {
            node = node?.Find(part);
        }

        return node is null ? null : new DriveItem(connection, model, parts.Count == 1 ? null : node);
    }

    /// <summary>The items in it with their parts of the path.</summary>
    public IEnumerable<(string Name, DriveItem Item)> Children()
    {
        if (!IsContainer)
        {
            yield break;
        }

        DriveSnapshot snapshot = DriveSnapshot.Of(_connection);
        if (_model is null)
        {
            foreach ((string name, StoredModel model) in snapshot.Names.Zip(snapshot.Models))
            {
                yield return (name, new DriveItem(_connection, model));
            }

            yield break;
        }

        foreach (DriveNode child in (_node ?? snapshot.Tree(_model)).Children)
        {
            yield return (child.Name, new DriveItem(_connection, _model, child));
        }

        if (_node is null)
        {
            yield return (DriveNames.Metadata, new DriveItem(_connection, _model, isMetadata: true));
        }
    }

    /// <summary>The object that goes to the pipeline.</summary>
    public object ToObject() => this switch
    {
        { _model: null } => _connection,
        { _isMetadata: true } => Metadata(_model),
        { _node: null } => Convert.Model(_model, _connection.Path),
        { _node.Tensor: { } tensor } => Convert.Tensor(tensor, _model.Tenant, _connection.Path),
        _ => new HartTensorGroup
        {
            Name = _node.Name,
            Model = _model.Name,
            Tenant = _model.Tenant,
            Prefix = _node.Prefix,
            TensorCount = _node.TensorCount,
            ElementCount = _node.ElementCount,
            SizeBytes = _node.SizeBytes,
            Store = _connection.Path,
        },
    };

    /// <summary>
    /// What <c>Get-Content</c> shows: of a model and its metadata these, of a tensor what describes it, as JSON; null for a store and a group.
    /// </summary>
    public string? ToText() => this switch
    {
        { _node.Tensor: { Info: { } info } } => JsonSerializer.Serialize(
            new
            {
                name = info.Name,
                dtype = info.Dtype.ToString(),
                quantization = info.Quantization.ToString(),
                shape = info.Shape.Dimensions.ToArray(),
                sizeBytes = info.SizeBytes,
                sha256 = info.Sha256?.ToString(),
                layerType = info.LayerType.ToString(),
                layerIndex = info.LayerIndex,
                file = info.File,
                offset = info.Offset,
            },
            Indented),
        { _model: { } model, _node: null } => Json(model),
        _ => null,
    };

    private static int IndexOf(IReadOnlyList<string> names, string name)
    {
        List<string> all = [.. names];
        int exact = all.IndexOf(name);
        return exact >= 0 ? exact : all.FindIndex(other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
    }

    private static string Json(StoredModel model)
    {
        using JsonDocument document = JsonDocument.Parse(model.MetadataJson);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }

    private HartMetadata Metadata(StoredModel model)
    {
        HartModel converted = Convert.Model(model, _connection.Path);
        return new HartMetadata
        {
            Model = model.Name,
            Tenant = model.Tenant,
            Count = converted.Metadata.Count,
            SizeBytes = System.Text.Encoding.UTF8.GetByteCount(Json(model)),
            Entries = converted.Metadata,
            Store = _connection.Path,
        };
    }
}
