using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>Factors as atoms: cut into blocks, and the parts of the atom that comes from them.</summary>
internal static class FactorParts
{
    /// <summary>Size of the blocks that factors are cut into.</summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>Cuts a factor into blocks.</summary>
    /// <param name="content">The factor.</param>
    /// <param name="contents">Gets the payloads.</param>
    public static IngestedTensor Cut(byte[] content, Dictionary<ContentHash, byte[]> contents)
    {
        ContentHash whole = ContentHash.Of(content);
        if (content.Length <= BlockBytes)
        {
            contents[whole] = content;
            return new IngestedTensor(whole, content.Length, []);
        }

        List<BlockPlacement> blocks = [];
        for (int offset = 0; offset < content.Length; offset += BlockBytes)
        {
            byte[] block = content.AsSpan(offset, Math.Min(BlockBytes, content.Length - offset)).ToArray();
            ContentHash hash = ContentHash.Of(block);
            contents[hash] = block;
            blocks.Add(new BlockPlacement(blocks.Count, hash, offset, block.Length, offset, 0, 0));
        }

        return new IngestedTensor(whole, content.Length, blocks);
    }

    /// <summary>The parts of an atom that comes from factors; their offsets and lengths mean nothing.</summary>
    public static IReadOnlyList<BlockPlacement> Of(IngestedTensor left, IngestedTensor right, ContentHash? baseHash)
    {
        List<BlockPlacement> parts = [Part(0, left.Hash, left.SizeBytes), Part(1, right.Hash, right.SizeBytes)];
        if (baseHash is { } hash)
        {
            parts.Add(Part(2, hash, 0));
        }

        return parts;
    }

    private static BlockPlacement Part(int ordinal, ContentHash hash, long size) => new(ordinal, hash, 0, size, 0, 0, 0);
}
