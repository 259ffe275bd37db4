using System.Text.RegularExpressions;
using Hartonomous.Core.Formats.Shards;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>How the files of a sharded SafeTensors model are named.</summary>
internal static partial class SafeTensorsShards
{
    /// <summary>The names, and the codes of what can be wrong with them.</summary>
    public static ShardScheme Scheme { get; } = new(
        ModelFormat.SafeTensors,
        IndexPattern(),
        ShardPattern(),
        new ShardCodes(
            new StrictJsonCodes(SafeTensorsErrorCodes.IndexJson, SafeTensorsErrorCodes.IndexDepth, SafeTensorsErrorCodes.IndexDuplicateKey),
            SafeTensorsErrorCodes.IndexTooLarge,
            SafeTensorsErrorCodes.IndexWeightMap,
            SafeTensorsErrorCodes.IndexShardMissing,
            SafeTensorsErrorCodes.IndexTensorMissing,
            SafeTensorsErrorCodes.IndexTensorUnlisted,
            SafeTensorsErrorCodes.ShardMissing,
            SafeTensorsErrorCodes.DuplicateTensor));

    [GeneratedRegex(@"^(?<stem>.+)\.safetensors\.index(\.[\w-]+)?\.json$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex IndexPattern();

    [GeneratedRegex(
        @"^(?<stem>.+)-(?<number>[0-9]{1,9})-of-(?<total>[0-9]{1,9})(\.[\w-]+)?\.safetensors$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex ShardPattern();
}
