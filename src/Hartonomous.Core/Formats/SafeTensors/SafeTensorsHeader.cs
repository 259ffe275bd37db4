using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>What the header of one SafeTensors file says.</summary>
/// <param name="Tensors">The tensors in the order of the header, with their places in the file.</param>
/// <param name="Metadata">The entries of <c>__metadata__</c> in the order of the header, all of them strings.</param>
/// <param name="Warnings">What is odd but allowed.</param>
internal sealed record SafeTensorsHeader(
    IReadOnlyList<TensorInfo> Tensors, IReadOnlyDictionary<string, MetadataValue> Metadata, IReadOnlyList<string> Warnings);
