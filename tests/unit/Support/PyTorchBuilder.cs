using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Bytes of PyTorch files in their three containers, around pickles that tests make.</summary>
internal static class PyTorchBuilder
{
    private static readonly byte[] Magic = PickleBuilder.Start().Raw(0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19)
        .Stop();

    /// <summary>An archive with a pickle and storages; no storage has a name that is not its key.</summary>
    public static byte[] Zip(
        byte[] pickle, IReadOnlyList<(string Key, byte[] Bytes)>? storages = null, bool deflated = false, string? byteOrder = null,
        string version = "3\n")
    {
        ZipBuilder zip = new ZipBuilder { IsZip64 = true }.Add("archive/data.pkl", pickle, deflated);
        if (byteOrder is not null)
        {
            zip.Add("archive/byteorder", Encoding.ASCII.GetBytes(byteOrder));
        }

        foreach ((string key, byte[] bytes) in storages ?? [])
        {
            zip.Add($"archive/data/{key}", bytes, deflated);
        }

        return zip.Add("archive/version", Encoding.ASCII.GetBytes(version)).Build();
    }

    /// <summary>A legacy file: magic number, version, system, the pickle, keys, storages with their numbers of values.</summary>
    public static byte[] Legacy(
        byte[] pickle, params (string Key, long Count, byte[] Bytes)[] storages)
    {
        PickleBuilder keys = PickleBuilder.Start().Op(']').Mark();
        foreach ((string key, _, _) in storages)
        {
            keys.Text(key);
        }

        MemoryStream file = new();
        file.Write(Magic);
        file.Write(PickleBuilder.Start().Raw((byte)'M', 0xE9, 3).Stop());
        file.Write(PickleBuilder.Start().Op('}').Mark().Text("protocol_version").Int(1001).Text("little_endian").Raw(0x88).Op('u').Stop());
        file.Write(pickle);
        file.Write(keys.Op('e').Stop());
        foreach ((_, long count, byte[] bytes) in storages)
        {
            file.Write(Number(count));
            file.Write(bytes);
        }

        return file.ToArray();
    }

    /// <summary>A tar archive of plain files.</summary>
    public static byte[] Tar(params (string Name, byte[] Bytes)[] members)
    {
        MemoryStream file = new();
        foreach ((string name, byte[] bytes) in members)
        {
            file.Write(TarHeader(name, bytes.Length, '0'));
            file.Write(bytes);
            file.Write(new byte[(512 - (bytes.Length % 512)) % 512]);
        }

        file.Write(new byte[1024]);
        return file.ToArray();
    }

    public static byte[] TarHeader(string name, long length, char kind)
    {
        byte[] block = new byte[512];
        Encoding.ASCII.GetBytes(name).CopyTo(block, 0);
        Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(11, '0')).CopyTo(block, 124);
        block[156] = (byte)kind;
        "ustar"u8.CopyTo(block.AsSpan(257));
        block.AsSpan(148, 8).Fill((byte)' ');
        string sum = Convert.ToString(block.Sum(value => value), 8).PadLeft(6, '0');
        Encoding.ASCII.GetBytes(sum).CopyTo(block, 148);
        block[154] = 0;
        return block;
    }

    public static byte[] Number(long number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes;
    }

    /// <summary>The values 0, 1, 2 ... as F32, little-endian.</summary>
    public static byte[] Floats(params float[] values)
    {
        byte[] bytes = new byte[values.Length * 4];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), values[i]);
        }

        return bytes;
    }

    public static string Key(int number) => number.ToString(CultureInfo.InvariantCulture);
}
