using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>Which tensors are meant, among those of the handle's tenant.</summary>
public sealed record SpatialFilter
{
    /// <summary>All tensors.</summary>
    public static SpatialFilter None { get; } = new();

    /// <summary>Only those of these models; null for all.</summary>
    public IReadOnlyCollection<long>? ModelIds { get; init; }

    /// <summary>Only those of these kinds of layers; null for all.</summary>
    public IReadOnlyCollection<LayerType>? LayerTypes { get; init; }

    /// <summary>Only those of these dimensions; null for all.</summary>
    public TensorShape? Shape { get; init; }
}
