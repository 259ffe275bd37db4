using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Hartonomous.Core.Formats;

namespace Hartonomous.Tests.Support;

/// <summary>Changes bytes of HDF5 files, and makes the checksums right again.</summary>
internal static class Hdf5Patch
{
    private const int MaxSeals = 200;

    /// <summary>Where bytes are for the n-th time.</summary>
    public static int Find(byte[] file, ReadOnlySpan<byte> bytes, int occurrence = 0, int from = 0)
    {
        int at = from - 1;
        for (int i = 0; i <= occurrence; i++)
        {
            int next = file.AsSpan(at + 1).IndexOf(bytes);
            Assert.True(next >= 0, $"{Convert.ToHexString(bytes)} is there {i} times only");
            at += next + 1;
        }

        return at;
    }

    public static int Find(byte[] file, string text, int occurrence = 0, int from = 0) =>
        Find(file, Encoding.ASCII.GetBytes(text), occurrence, from);

    /// <summary>A copy with other bytes at a place.</summary>
    public static byte[] With(byte[] file, int at, params ReadOnlySpan<byte> bytes)
    {
        byte[] copy = [.. file];
        bytes.CopyTo(copy.AsSpan(at));
        return copy;
    }

    public static byte[] WithU64(byte[] file, int at, ulong value)
    {
        byte[] copy = [.. file];
        BinaryPrimitives.WriteUInt64LittleEndian(copy.AsSpan(at), value);
        return copy;
    }

    /// <summary>Writes the checksums that the reader computes in place of those it does not accept, so that it reads on.</summary>
    public static byte[] Seal(byte[] file, Func<byte[], ModelFormatException?> read)
    {
        byte[] copy = [.. file];
        for (int i = 0; i < MaxSeals; i++)
        {
            if (read(copy) is not { Code: "HDF5_CHECKSUM", Offset: { } at } error)
            {
                break;
            }

            string computed = error.Problem.Split(" is ")[1][..8];
            BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan((int)at),
                uint.Parse(computed, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }

        return copy;
    }
}
