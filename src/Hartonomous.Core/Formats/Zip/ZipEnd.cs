using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Zip;

/// <summary>What the end of a ZIP archive says of its central directory.</summary>
/// <param name="DirectoryOffset">Where the central directory begins.</param>
/// <param name="DirectorySize">Its length in bytes.</param>
/// <param name="EntryCount">Number of its entries.</param>
internal sealed record ZipEnd(long DirectoryOffset, long DirectorySize, long EntryCount)
{
    private const int EndSize = 22;
    private const int LocatorSize = 20;
    private const int Zip64EndSize = 56;
    private const uint EndSignature = 0x06054B50;
    private const uint LocatorSignature = 0x07064B50;
    private const uint Zip64EndSignature = 0x06064B50;
    private const uint CentralSignature = 0x02014B50;

    /// <summary>Finds and reads the end of central directory record, and those of ZIP64 where they are there.</summary>
    public static ZipEnd Read(ByteSource file)
    {
        int length = (int)Math.Min(file.Length, EndSize + ushort.MaxValue + LocatorSize);
        byte[] tail = new byte[length];
        long tailStart = file.Length - length;
        file.ReadExactly(tailStart, tail);
        int at = Find(file, tail);
        ReadOnlySpan<byte> record = tail.AsSpan(at);
        ushort disk = BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);
        ushort directoryDisk = BinaryPrimitives.ReadUInt16LittleEndian(record[6..]);
        ushort here = BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);
        ushort entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        long end = tailStart + at;
        bool hasLocator = at >= LocatorSize &&
            BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at - LocatorSize)) == LocatorSignature;
        ZipEnd found = new(offset, size, entries);
        if (hasLocator)
        {
            (found, end) = ReadZip64(file, tail.AsSpan(at - LocatorSize, LocatorSize), end - LocatorSize);
            bool agrees = (offset == uint.MaxValue || offset == found.DirectoryOffset) &&
                (size == uint.MaxValue || size == found.DirectorySize) && (entries == ushort.MaxValue || entries == found.EntryCount);
            if (!agrees)
            {
                throw new ModelFormatException(
                    ZipErrorCodes.Zip64, file.Name, tailStart + at, "the two ends of the archive place the central directory differently");
            }
        }
        else if (offset == uint.MaxValue || size == uint.MaxValue || entries == ushort.MaxValue)
        {
            throw new ModelFormatException(
                ZipErrorCodes.Zip64, file.Name, tailStart + at, "the end of the archive refers to a ZIP64 record that is not there");
        }

        if ((disk is not (0 or ushort.MaxValue)) || (directoryDisk is not (0 or ushort.MaxValue)) || here != entries)
        {
            throw new ModelFormatException(ZipErrorCodes.Split, file.Name, tailStart + at, "the archive is split over several files");
        }

        return CheckPlace(file, found, end);
    }

    // The comment has to reach the end of the file; a comment that holds a second such record makes the archive two archives.
    private static int Find(ByteSource file, byte[] tail)
    {
        int found = -1;
        for (int at = tail.Length - EndSize; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at)) != EndSignature ||
                BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + EndSize - 2)) != tail.Length - at - EndSize)
            {
                continue;
            }

            if (found >= 0)
            {
                throw new ModelFormatException(
                    ZipErrorCodes.End, file.Name, file.Length - tail.Length + at, "the archive has two ends, and readers may take either");
            }

            found = at;
        }

        return found >= 0
            ? found
            : throw new ModelFormatException(
                ZipErrorCodes.End, file.Name, file.Length,
                "the file does not end as a ZIP archive does; it is cut, or has bytes behind its end");
    }

    private static (ZipEnd Found, long End) ReadZip64(ByteSource file, ReadOnlySpan<byte> locator, long locatorOffset)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator[4..]) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(locator[16..]) > 1)
        {
            throw new ModelFormatException(ZipErrorCodes.Split, file.Name, locatorOffset, "the archive is split over several files");
        }

        ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        if (locatorOffset < Zip64EndSize || offset > (ulong)(locatorOffset - Zip64EndSize))
        {
            throw new ModelFormatException(
                ZipErrorCodes.Zip64, file.Name, locatorOffset,
                $"the ZIP64 end of the archive is said to be at {offset}, which is behind this");
        }

        Span<byte> record = stackalloc byte[Zip64EndSize];
        file.ReadExactly((long)offset, record);
        ulong recordSize = BinaryPrimitives.ReadUInt64LittleEndian(record[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != Zip64EndSignature || recordSize != (ulong)locatorOffset - offset - 12)
        {
            throw new ModelFormatException(
                ZipErrorCodes.Zip64, file.Name, (long)offset,
                "the ZIP64 end of the archive is not here, or of another length than it says");
        }

        ulong here = BinaryPrimitives.ReadUInt64LittleEndian(record[24..]);
        ulong entries = BinaryPrimitives.ReadUInt64LittleEndian(record[32..]);
        ulong size = BinaryPrimitives.ReadUInt64LittleEndian(record[40..]);
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(record[48..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[16..]) != 0 || BinaryPrimitives.ReadUInt32LittleEndian(record[20..]) != 0 ||
            here != entries)
        {
            throw new ModelFormatException(ZipErrorCodes.Split, file.Name, (long)offset, "the archive is split over several files");
        }

        return entries > long.MaxValue || size > long.MaxValue || start > long.MaxValue
            ? throw new ModelFormatException(ZipErrorCodes.Zip64, file.Name, (long)offset, "a field of the ZIP64 end exceeds 2^63 - 1")
            : (new ZipEnd((long)start, (long)size, (long)entries), (long)offset);
    }

    private static ZipEnd CheckPlace(ByteSource file, ZipEnd found, long end)
    {
        if (found.DirectorySize <= end && found.DirectoryOffset == end - found.DirectorySize)
        {
            return found;
        }

        // Other readers take the distance as the length of something before the archive (a program that unpacks itself).
        Span<byte> signature = stackalloc byte[4];
        if (found.DirectorySize is >= 4 && found.DirectorySize <= end && found.DirectoryOffset < end - found.DirectorySize)
        {
            file.ReadExactly(end - found.DirectorySize, signature);
            if (BinaryPrimitives.ReadUInt32LittleEndian(signature) == CentralSignature)
            {
                throw new ModelFormatException(
                    ZipErrorCodes.Prefix, file.Name, 0,
                    $"{end - found.DirectorySize - found.DirectoryOffset} bytes stand before the archive");
            }
        }

        throw new ModelFormatException(
            ZipErrorCodes.Directory,
            file.Name,
            end,
            $"the central directory is said to have {found.DirectorySize} bytes from {found.DirectoryOffset} on, which do not end here");
    }
}
