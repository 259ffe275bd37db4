using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Pruning.Rewriting;

/// <summary>What a tensor is written as instead.</summary>
/// <param name="Dtype">Its encoding.</param>
/// <param name="Content">Its content, row-major, little-endian. Stays the caller's.</param>
internal sealed record TensorChange(TensorDtype Dtype, ByteSource Content);
