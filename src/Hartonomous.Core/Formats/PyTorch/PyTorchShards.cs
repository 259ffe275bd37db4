using System.Text.RegularExpressions;
using Hartonomous.Core.Formats.Shards;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>How the files of a sharded PyTorch model are named.</summary>
internal static partial class PyTorchShards
{
    /// <summary>The names, and the codes of what can be wrong with them.</summary>
    public static ShardScheme Scheme { get; } = new(
        ModelFormat.PyTorch,
        IndexPattern(),
        ShardPattern(),
        new ShardCodes(
            new StrictJsonCodes(PyTorchErrorCodes.IndexJson, PyTorchErrorCodes.IndexDepth, PyTorchErrorCodes.IndexDuplicateKey),
            PyTorchErrorCodes.IndexTooLarge,
            PyTorchErrorCodes.IndexWeightMap,
            PyTorchErrorCodes.IndexShardMissing,
            PyTorchErrorCodes.IndexTensorMissing,
            PyTorchErrorCodes.IndexTensorUnlisted,
            PyTorchErrorCodes.ShardMissing,
            PyTorchErrorCodes.DuplicateTensor));

    [GeneratedRegex(@"^(?<stem>.+)\.(bin|pt|pth)\.index(\.[\w-]+)?\.json$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex IndexPattern();

    [GeneratedRegex(
        @"^(?<stem>.+)-(?<number>[0-9]{1,9})-of-(?<total>[0-9]{1,9})(\.[\w-]+)?\.(bin|pt|pth)$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ShardPattern();
}
