using System.Buffers;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>Gives a stored file's bytes back, in order, from its recipe.</summary>
internal sealed class RecipeReader(IModelStore store)
{
    private const int BufferBytes = 4 << 20;

    /// <summary>Room for a buffer's worth of blocks of usual lengths as they lie in a pack, with what lies between them.</summary>
    private const int ScratchBytes = BufferBytes + (64 << 10);

    /// <summary>
    /// The file's bytes in runs of up to 4 MiB. A run's memory comes from the shared pool and is the caller's to give back.
    /// </summary>
    /// <exception cref="StoreException">An atom is missing or damaged.</exception>
    public IEnumerable<(byte[] Buffer, int Length)> Read(ContentHash sha256)
    {
        using Slab scratch = new(ScratchBytes);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        int length = 0;
        foreach (RecipeSegment segment in store.GetRecipe(sha256))
        {
            using ByteSource content = Open(store, segment);
            content.ExpectSingleReading(scratch);
            for (long offset = 0; offset < content.Length;)
            {
                int most = (int)Math.Min(BufferBytes - length, content.Length - offset);
                int count = content.WholeRead(offset, most);
                count = count == 0 && length == 0 ? most : count;
                content.ReadExactly(offset, buffer.AsSpan(length, count));
                offset += count;
                length += count;
                if (length == BufferBytes || count < most)
                {
                    yield return (buffer, length);
                    buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
                    length = 0;
                }
            }
        }

        yield return (buffer, length);
    }

    /// <summary>The bytes of a segment as they lie in the file.</summary>
    /// <exception cref="StoreException">Its atom is missing, or has another length.</exception>
    public static ByteSource Open(IModelStore store, RecipeSegment segment)
    {
        if (segment.Atom is not { } hash)
        {
            return new MemoryByteSource("recipe", segment.Literal);
        }

        ByteSource content = store.OpenAtom(hash);
        return content.Length != segment.Length
            ? throw new StoreException(StoreErrorCodes.StoreCorrupt, hash.ToString(), $"the recipe needs {segment.Length} bytes of it, it has {content.Length}")
            : segment.TurnedDtype is { } dtype ? new ByteOrderByteSource(content, dtype.Layout()) : content;
    }
}
