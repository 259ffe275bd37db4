namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The messages of a group, a dataset or a named datatype (specification, IV.A.1): versions 1 and 2.</summary>
/// <param name="Offset">Where in the file it begins.</param>
/// <param name="Messages">Its messages in their order, free space and continuations left out.</param>
internal sealed record Hdf5ObjectHeader(long Offset, IReadOnlyList<Hdf5Message> Messages)
{
    private const int MaxBlocks = 4096;
    private const int MaxMessages = 65_535;
    private const int PrefixSize1 = 16;
    private const int MessageHeaderSize1 = 8;
    private const int ChecksumSize = 4;
    private const byte TimesFlag = 0x20;
    private const byte PhaseFlag = 0x10;
    private const byte OrderFlag = 0x04;
    private const byte MustUnderstandFlag = 0x80;

    private static ReadOnlySpan<byte> Signature2 => "OHDR"u8;

    /// <summary>The first message of a type, or null.</summary>
    public Hdf5Message? Find(Hdf5MessageType type) => Messages.FirstOrDefault(message => message.Type == type);

    /// <summary>Reads a header with all its continuations.</summary>
    public static Hdf5ObjectHeader Read(Hdf5Reader reader, long address)
    {
        int shown = (int)Math.Min(PrefixSize1, reader.Available(address));
        Hdf5Block prefix = reader.Read(address, shown, "an object header");
        Collector collector = new(reader);
        if (prefix.Span.StartsWith(Signature2))
        {
            Read2(reader, address, collector);
        }
        else
        {
            Read1(reader, address, prefix, collector);
        }

        return new Hdf5ObjectHeader(reader.Superblock.Base + address, collector.Messages);
    }

    private static void Read1(Hdf5Reader reader, long address, Hdf5Block prefix, Collector collector)
    {
        prefix.ExpectVersion(1, Hdf5ErrorCodes.ObjectHeader, "an object header");
        prefix.Skip(7); // reserved, the number of messages, the number of links to the object
        long size = prefix.U32();
        collector.Enqueue(address + PrefixSize1, size, prefix.Offset);
        while (collector.Next(out long at, out long length))
        {
            Hdf5Block block = reader.Read(at, length, "a block of an object header");
            while (block.Remaining >= MessageHeaderSize1)
            {
                int type = block.U16();
                int messageSize = block.U16();
                byte flags = block.U8();
                block.Skip(3);
                collector.Add(type, flags, block, messageSize);
            }
        }
    }

    private static void Read2(Hdf5Reader reader, long address, Collector collector)
    {
        int shown = (int)Math.Min(64, reader.Available(address));
        Hdf5Block prefix = reader.Read(address, shown, "an object header");
        prefix.Expect(Signature2, Hdf5ErrorCodes.ObjectHeader, "an object header");
        prefix.ExpectVersion(2, Hdf5ErrorCodes.ObjectHeader, "an object header");
        byte flags = prefix.U8();
        prefix.Skip(((flags & TimesFlag) != 0 ? 16 : 0) + ((flags & PhaseFlag) != 0 ? 4 : 0));
        ulong size = prefix.UInt(1 << (flags & 3));
        int start = prefix.Position;
        if (size > (ulong)reader.Source.Length)
        {
            throw reader.Error(Hdf5ErrorCodes.Truncated, prefix.Offset, $"an object header is to have {size} bytes, more than the file");
        }

        Hdf5Block first = reader.Read(address, start + (long)size + ChecksumSize, "an object header");
        first.Skip(start);
        ReadMessages2(first, flags, collector);
        while (collector.Next(out long at, out long length))
        {
            Hdf5Block block = reader.Read(at, length, "a block of an object header");
            block.Expect("OCHK"u8, Hdf5ErrorCodes.ObjectHeader, "a continuation of an object header");
            ReadMessages2(block, flags, collector);
        }
    }

    private static void ReadMessages2(Hdf5Block block, byte headerFlags, Collector collector)
    {
        // Checked before the messages are: what they say may be anything if the checksum is wrong.
        Hdf5Block whole = new(block.Reader, block.Memory, block.Offset - block.Position);
        whole.Skip(whole.Length - ChecksumSize);
        whole.VerifyChecksum("an object header");
        bool ordered = (headerFlags & OrderFlag) != 0;
        int messageHeaderSize = ordered ? 6 : 4;
        while (block.Remaining - ChecksumSize >= messageHeaderSize)
        {
            int type = block.U8();
            int size = block.U16();
            byte flags = block.U8();
            block.Skip(ordered ? 2 : 0);
            if (size > block.Remaining - ChecksumSize)
            {
                throw block.Reader.Error(Hdf5ErrorCodes.ObjectHeader, block.Offset, $"a message of {size} bytes reaches out of its header");
            }

            collector.Add(type, flags, block, size);
        }
    }

    /// <summary>Gathers messages and the blocks that are still to be read.</summary>
    private sealed class Collector(Hdf5Reader reader)
    {
        private readonly Queue<(long Address, long Length)> _blocks = new();
        private readonly HashSet<long> _seen = [];

        public List<Hdf5Message> Messages { get; } = [];

        public void Enqueue(long address, long length, long at)
        {
            if (!_seen.Add(address))
            {
                throw reader.Error(Hdf5ErrorCodes.Continuation, at, "an object header goes on in a block that it had before");
            }

            if (_seen.Count > MaxBlocks)
            {
                throw reader.Error(Hdf5ErrorCodes.Continuation, at, $"an object header has more than {MaxBlocks} blocks");
            }

            _blocks.Enqueue((address, length));
        }

        public bool Next(out long address, out long length)
        {
            bool any = _blocks.TryDequeue(out (long Address, long Length) next);
            (address, length) = next;
            return any;
        }

        public void Add(int type, byte flags, Hdf5Block block, int size)
        {
            long at = block.Offset;
            if (size > block.Remaining)
            {
                throw reader.Error(Hdf5ErrorCodes.ObjectHeader, at, $"a message of {size} bytes reaches out of its header");
            }

            int start = block.Position;
            Hdf5Block body = block.TakeBlock(size);
            switch ((Hdf5MessageType)type)
            {
                case Hdf5MessageType.Nil:
                    return;
                case Hdf5MessageType.Continuation:
                    Enqueue(body.Address(), body.LengthField(), at);
                    return;
                case > Hdf5MessageType.LastKnown when (flags & MustUnderstandFlag) != 0:
                    throw reader.Error(Hdf5ErrorCodes.Message, at, $"message type {type} must be understood and is not known");
                default:
                    Messages.Add(new Hdf5Message((Hdf5MessageType)type, flags, block.Memory.Slice(start, size), at));
                    break;
            }

            if (Messages.Count > MaxMessages)
            {
                throw reader.Error(Hdf5ErrorCodes.ObjectHeader, at, $"an object header has more than {MaxMessages} messages");
            }
        }
    }
}
