using System.Collections.Concurrent;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>A stored file that can be read at any place without being given back first. The store has to outlive it.</summary>
internal sealed class RecipeByteSource : ByteSource
{
    private readonly IModelStore _store;
    private readonly IReadOnlyList<RecipeSegment> _segments;
    private readonly long[] _starts;
    private readonly ConcurrentDictionary<int, ByteSource> _open = new();

    /// <param name="store">The store.</param>
    /// <param name="file">The file.</param>
    public RecipeByteSource(IModelStore store, StoredFile file)
    {
        _store = store;
        Name = file.Path;
        Length = file.SizeBytes;
        _segments = store.GetRecipe(file.Sha256);
        _starts = [.. _segments.Select(segment => segment.FileOffset)];
    }

    public override string Name { get; }

    public override long Length { get; }

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        int index = Array.BinarySearch(_starts, offset);
        for (index = index < 0 ? ~index - 1 : index; destination.Length > 0; index++)
        {
            long within = offset - _starts[index];
            int count = (int)Math.Min(destination.Length, _segments[index].Length - within);
            _open.GetOrAdd(index, Open).ReadExactly(within, destination[..count]);
            offset += count;
            destination = destination[count..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (ByteSource segment in _open.Values)
            {
                segment.Dispose();
            }

            _open.Clear();
        }

        base.Dispose(disposing);
    }

    private ByteSource Open(int index) => RecipeReader.Open(_store, _segments[index]);
}
