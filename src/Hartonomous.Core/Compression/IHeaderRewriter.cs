using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>The header of a stored file, and how it is written for other tensors.</summary>
internal interface IHeaderRewriter
{
    /// <summary>Names of the tensors it describes.</summary>
    IReadOnlySet<string> TensorNames { get; }

    /// <summary>The header of a file with the same tensors in other encodings, marked as holding tensors that come from factors.</summary>
    /// <param name="tensors">All tensors of the file, in the order their contents are to have.</param>
    /// <param name="rebuilt">Those that come from factors.</param>
    /// <param name="offsets">Where each content begins in the file, and at the end where the file ends.</param>
    byte[] Write(IReadOnlyList<TensorInfo> tensors, IReadOnlyList<StoredFactors> rebuilt, out long[] offsets);
}
