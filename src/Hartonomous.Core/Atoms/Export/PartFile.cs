using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>A file that an export of parts is to write.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Tensors">The stored tensors it holds, each with its hash.</param>
internal sealed record PartFile(string Name, ByteSource Bytes, IReadOnlyList<TensorInfo> Tensors);
