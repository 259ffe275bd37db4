using Hartonomous.Core.Formats.Zip;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>Where a storage lies.</summary>
/// <param name="Offset">Where its bytes, or those of its compressed form, begin in the file.</param>
/// <param name="Archive">The archive in which it is compressed; null where it lies in the file as it is.</param>
/// <param name="Entry">The compressed entry.</param>
internal sealed record PyTorchPlace(long Offset, ZipDirectory? Archive = null, ZipEntry? Entry = null);

/// <summary>One tensor of a file.</summary>
/// <param name="Info">What is said of it.</param>
/// <param name="View">How it lies in its storage.</param>
/// <param name="Place">Where the storage lies.</param>
/// <param name="IsRun">Whether its values lie in its storage in one run.</param>
internal sealed record PyTorchTensor(TensorInfo Info, PyTorchView View, PyTorchPlace Place, bool IsRun);

/// <summary>What one PyTorch file holds.</summary>
/// <param name="Variant">How it is kept: <c>zip</c>, <c>TorchScript</c>, <c>legacy</c>, <c>tar</c>.</param>
/// <param name="Metadata">What is said of the file, and the scalars of its outermost dictionary.</param>
/// <param name="Tensors">The tensors in the order of the pickle.</param>
/// <param name="Warnings">What is odd but allowed.</param>
internal sealed record PyTorchContents(
    string Variant,
    IReadOnlyDictionary<string, MetadataValue> Metadata,
    IReadOnlyList<PyTorchTensor> Tensors,
    IReadOnlyList<string> Warnings);
