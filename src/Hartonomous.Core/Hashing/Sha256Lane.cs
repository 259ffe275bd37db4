using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Hartonomous.Core.Hashing;

/// <summary>
/// Hands a message to a lane as runs of whole 64-byte blocks: the bytes where they lie, what straddles two parts put together, and the
/// padding at the end (FIPS 180-4, section 5.1.1).
/// </summary>
internal sealed unsafe class Sha256Lane : IDisposable
{
    private const int BlockBytes = Sha256Constants.BlockBytes;

    /// <summary>Bytes put together: less than a block that waits for its rest, or the padded end, which takes up to two blocks.</summary>
    private readonly byte* _joint = (byte*)NativeMemory.Alloc(2 * BlockBytes);

    private MemoryHandle _pin;
    private int _part;
    private int _offset;
    private int _jointBytes;
    private bool _isPadded;

    /// <summary>The message, or null where the lane is idle.</summary>
    public HashMessage? Message { get; private set; }

    /// <summary>Where the next block begins.</summary>
    public byte* Position { get; private set; }

    /// <summary>Blocks from there on, at least 1.</summary>
    public long Blocks { get; private set; }

    /// <summary>Takes up a message and stands at its first run; null makes the lane idle.</summary>
    public void Begin(HashMessage? message)
    {
        Message = message;
        _part = 0;
        _offset = 0;
        _jointBytes = 0;
        _isPadded = false;
        if (message is not null)
        {
            Pin();
            FindRun();
        }
    }

    /// <summary>Goes on by blocks of the run.</summary>
    /// <returns>False where they were the message's last.</returns>
    public bool Advance(long blocks)
    {
        Position += blocks * BlockBytes;
        Blocks -= blocks;
        if (Blocks > 0)
        {
            return true;
        }

        if (_isPadded)
        {
            return false;
        }

        FindRun();
        return true;
    }

    public void Dispose()
    {
        _pin.Dispose();
        NativeMemory.Free(_joint);
    }

    private void FindRun()
    {
        for (; _part < Message!.Parts.Count; NextPart())
        {
            int rest = Message.Parts[_part].Length - _offset;
            if (_jointBytes == 0 && rest >= BlockBytes)
            {
                Position = (byte*)_pin.Pointer + _offset;
                Blocks = rest / BlockBytes;
                _offset += (int)Blocks * BlockBytes;
                return;
            }

            int count = Math.Min(BlockBytes - _jointBytes, rest);
            new ReadOnlySpan<byte>((byte*)_pin.Pointer + _offset, count).CopyTo(new Span<byte>(_joint + _jointBytes, count));
            _jointBytes += count;
            _offset += count;
            if (_jointBytes == BlockBytes)
            {
                _jointBytes = 0;
                Position = _joint;
                Blocks = 1;
                return;
            }
        }

        Pad();
    }

    private void Pad()
    {
        int blocks = _jointBytes + 1 + sizeof(ulong) > BlockBytes ? 2 : 1;
        Span<byte> end = new(_joint, blocks * BlockBytes);
        end[_jointBytes..].Clear();
        end[_jointBytes] = 0x80;
        BinaryPrimitives.WriteInt64BigEndian(end[^sizeof(ulong)..], Message!.Length * 8);
        Position = _joint;
        Blocks = blocks;
        _isPadded = true;
    }

    private void NextPart()
    {
        _part++;
        _offset = 0;
        Pin();
    }

    private void Pin()
    {
        _pin.Dispose();
        _pin = _part < Message!.Parts.Count ? Message.Parts[_part].Pin() : default;
    }
}
