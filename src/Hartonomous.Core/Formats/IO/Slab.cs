using System.Buffers;
using System.Runtime.InteropServices;

namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// A large buffer outside of the collected heap: it is used for as long as an operation lasts, begins at a page's start, is never moved, and
/// goes back to the system at once when it is disposed.
/// </summary>
internal sealed unsafe class Slab : MemoryManager<byte>
{
    private readonly int _length;
    private byte* _bytes;

    /// <param name="length">Number of bytes, at least 1; their values are anything.</param>
    public Slab(int length)
    {
        _length = length;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)length, 4096);
    }

    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_bytes is null, this);
        return new Span<byte>(_bytes, _length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_bytes is null, this);
        return new MemoryHandle(_bytes + elementIndex);
    }

    public override void Unpin()
    {
        // Never moves.
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }
}
