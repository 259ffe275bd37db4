using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Zip;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Zip;

public class ZipDirectoryTests
{
    private static readonly byte[] Text = [.. Encoding.ASCII.GetBytes("a text that goes on, and goes on, and goes on, and goes on")];

    [Theory]
    [InlineData("123456789", 0xCBF43926)]
    [InlineData("", 0)]
    public void The_checksum_is_that_of_zlib(string text, uint expected) =>
        Assert.Equal(expected, Crc32.Append(0, Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void The_checksum_of_many_bytes_is_that_of_zlib()
    {
        byte[] bytes = [.. Enumerable.Range(0, 1280).Select(i => (byte)i), .. "xyz"u8];
        Assert.Equal(0xB449D98D, Crc32.Append(0, bytes));
        Assert.Equal(0xB449D98D, Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, 13)), bytes.AsSpan(13)));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, false)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    public void Entries_are_read_whatever_way_they_are_written(bool deflated, bool descriptor, bool zip64)
    {
        ZipItem item = new("folder/text", Text) { IsDeflated = deflated, HasDescriptor = descriptor, IsZip64 = zip64, Padding = 11 };
        byte[] file = new ZipBuilder { IsZip64 = zip64, Comment = [1, 2, 3] }.Add("first", [1]).Add(item).Add("empty", []).Build();
        ZipDirectory directory = Read(file);
        Assert.Equal(["first", "folder/text", "empty"], directory.Entries.Select(entry => entry.Name));
        ZipEntry entry = directory.Find("folder/text")!;
        Assert.Equal(!deflated, entry.IsStored);
        Assert.Equal(Text.Length, entry.Size);
        Assert.Equal(Text, directory.ReadBytes(entry, 1000));
        Assert.Equal([], directory.ReadBytes(directory.Find("empty")!, 0));
        Assert.Null(directory.Find("none"));
        if (!deflated)
        {
            Assert.Equal(Text, file.AsSpan((int)entry.DataOffset, Text.Length).ToArray());
        }
    }

    [Fact]
    public void A_deflated_entry_can_be_read_in_any_order()
    {
        byte[] content = TestModel.Noise(3, 100_000);
        ZipDirectory directory = Read(new ZipBuilder().Add("noise", content, deflated: true).Build());
        using ByteSource source = directory.Open(directory.Entries[0]);
        byte[] part = new byte[1000];
        foreach (int at in (int[])[50_000, 50_500, 0, 99_000, 98_000])
        {
            source.ReadExactly(at, part);
            Assert.Equal(content.AsSpan(at, 1000).ToArray(), part);
        }
    }

    [Fact]
    public void A_long_deflated_entry_is_spooled_for_reading_in_any_order()
    {
        byte[] content = new byte[ZipDirectory.MemoryBytes + 5];
        new Random(1).NextBytes(content.AsSpan(content.Length - 100));
        ZipDirectory directory = Read(new ZipBuilder().Add("long", content, deflated: true).Build());
        using ByteSource source = directory.OpenRandom(directory.Entries[0]);
        Assert.IsType<SpooledByteSource>(source);
        byte[] part = new byte[100];
        source.ReadExactly(content.Length - 100, part);
        Assert.Equal(content.AsSpan(content.Length - 100).ToArray(), part);
    }

    [Fact]
    public void Entries_written_by_another_library_are_read()
    {
        using MemoryStream stream = new();
        using (System.IO.Compression.ZipArchive archive = new(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in (string[])["a", "ü/b"])
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(Text);
            }
        }

        ZipDirectory directory = Read(stream.ToArray());
        Assert.Equal(["a", "ü/b"], directory.Entries.Select(entry => entry.Name));
        Assert.All(directory.Entries, entry => Assert.Equal(Text, directory.ReadBytes(entry, 100)));
    }

    [Fact]
    public void The_checksum_of_a_stored_entry_can_be_checked()
    {
        ZipDirectory good = Read(new ZipBuilder().Add("a", Text).Build());
        good.CheckCrc(good.Entries[0]);
        ZipDirectory bad = Read(new ZipBuilder().Add(new ZipItem("a", Text) { Crc = 7 }).Build());
        Assert.Equal("ZIP_CRC", Assert.Throws<ModelFormatException>(() => bad.CheckCrc(bad.Entries[0])).Code);
        Assert.Equal("ZIP_CRC", Assert.Throws<ModelFormatException>(() => bad.ReadBytes(bad.Entries[0], 100)).Code);
    }

    [Fact]
    public void Reading_the_directory_reads_no_content()
    {
        using TempFolder folder = new();
        string path = folder.Write("a.zip", new ZipBuilder().Add("a", new byte[5_000_000]).Add("b", [1]).Build());
        using FileByteSource file = FileByteSource.Open(path);
        ZipDirectory.Read(file, ReadLimits.Default, CancellationToken.None);
        Assert.InRange(file.BytesRead, 1, 70_000);
    }

    // The 64-bit fields of an entry that claims 5 GiB from 9 bytes.
    private static byte[] FiveGibibytes => [1, 0, 16, 0, 0, 0, 0, 0x40, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0];

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "ZIP_END", [0x50, 0x4B, 3, 4] },
        { "ZIP_END", new ZipBuilder { Trailer = [0] }.Add("a", Text).Build() },
        { "ZIP_END", new ZipBuilder { Comment = [0x50, 0x4B, 5, 6, .. new byte[18]] }.Add("a", Text).Build() },
        { "ZIP_SPLIT", new ZipBuilder { Disk = 1 }.Add("a", Text).Build() },
        { "ZIP_PREFIX", new ZipBuilder { Prefix = Text }.Add("a", Text).Build() },
        { "ZIP_PREFIX", new ZipBuilder { Prefix = Text, CountsPrefix = true }.Add("a", Text).Build() },
        { "ZIP_DIRECTORY", new ZipBuilder { DirectoryOffset = 3000 }.Add("a", Text).Build() },
        { "ZIP_DIRECTORY", new ZipBuilder { EntryCount = 2 }.Add("a", Text).Build() },
        { "ZIP_DIRECTORY", new ZipBuilder { EntryCount = 0 }.Add("a", Text).Build() },
        { "ZIP_ENTRY_COUNT", new ZipBuilder { IsZip64 = true, EntryCount = 1_000_000 }.Add("a", Text).Build() },
        { "ZIP_ENTRY_COUNT", new ZipBuilder { IsZip64 = true, EntryCount = ulong.MaxValue >> 1 }.Add("a", Text).Build() },
        { "ZIP_ZIP64", new ZipBuilder { IsZip64 = true, EntryCount = ulong.MaxValue }.Add("a", Text).Build() },
        { "ZIP_ZIP64", new ZipBuilder { DirectoryOffset = uint.MaxValue }.Add("a", Text).Build() },
        { "ZIP_ZIP64", new ZipBuilder { IsZip64 = true, DirectoryOffset = 5 }.Add("a", Text).Build() },
        { "ZIP_ZIP64", new ZipBuilder().Add(new ZipItem("a", Text) { IsZip64 = true, Extra = [] }).Build() },
        { "ZIP_ZIP64", new ZipBuilder().Add(new ZipItem("a", Text) { IsZip64 = true, Extra = [1, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0] })
            .Build() },
        { "ZIP_NAME", new ZipBuilder().Add("../a", Text).Build() },
        { "ZIP_NAME", new ZipBuilder().Add("a/../../b", Text).Build() },
        { "ZIP_NAME", new ZipBuilder().Add("/etc/passwd", Text).Build() },
        { "ZIP_NAME", new ZipBuilder().Add("a\\..\\b", Text).Build() },
        { "ZIP_NAME", new ZipBuilder().Add(string.Empty, Text).Build() },
        { "ZIP_NAME", new ZipBuilder().Add("a\0b", Text).Build() },
        { "ZIP_DUPLICATE", new ZipBuilder().Add("a", Text).Add("a", Text).Build() },
        { "ZIP_ENCRYPTED", new ZipBuilder().Add(new ZipItem("a", Text) { Flags = 1 }).Build() },
        { "ZIP_ENCRYPTED", new ZipBuilder().Add(new ZipItem("a", Text) { Flags = 0x2000 }).Build() },
        { "ZIP_METHOD", new ZipBuilder().Add(new ZipItem("a", Text) { Method = 12 }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { LocalName = "b" }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { LocalMethod = 8 }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { LocalSize = 5 }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { LocalCrc = 5 }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { HeaderOffset = 1 }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { HeaderOffset = 1_000_000 }).Build() },
        { "ZIP_LOCAL_HEADER", new ZipBuilder().Add(new ZipItem("a", Text) { Size = 5000, CompressedSize = 5000 }).Build() },
        { "ZIP_OVERLAP", new ZipBuilder().Add("a", new ZipBuilder().Add("b", Text).Build())
            .Add(new ZipItem("b", Text) { HeaderOffset = 31 }).Build() },
        { "ZIP_OVERLAP", new ZipBuilder().Add(new ZipItem("a", Text) { Size = 80, CompressedSize = 80 }).Build() },
        { "ZIP_SIZE", new ZipBuilder().Add(new ZipItem("a", Text) { Size = 5 }).Build() },
        { "ZIP_RATIO", new ZipBuilder().Add(new ZipItem("a", Text) { IsDeflated = true, IsZip64 = true, Extra = FiveGibibytes }).Build() },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_archive_is_refused_with_its_code(string code, byte[] file) =>
        Assert.Equal(code, Assert.Throws<ModelFormatException>(() => Read(file)).Code);

    [Fact]
    public void An_entry_that_inflates_to_another_size_is_refused()
    {
        foreach (uint size in (uint[])[(uint)Text.Length - 1, (uint)Text.Length + 1, 0])
        {
            ZipDirectory directory = Read(new ZipBuilder().Add(new ZipItem("a", Text) { IsDeflated = true, Size = size }).Build());
            Assert.Equal("ZIP_SIZE", Assert.Throws<ModelFormatException>(() => directory.ReadBytes(directory.Entries[0], 1000)).Code);
        }
    }

    [Fact]
    public void A_claim_that_deflate_cannot_keep_is_refused_before_memory_is_taken()
    {
        ZipDirectory directory = Read(new ZipBuilder().Add(new ZipItem("a", Text) { IsDeflated = true, Size = 1_000_000_000 }).Build());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("ZIP_SIZE", Assert.Throws<ModelFormatException>(() => directory.ReadBytes(directory.Entries[0], int.MaxValue)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal("ZIP_ENTRY_TOO_LARGE",
            Assert.Throws<ModelFormatException>(() => directory.ReadBytes(directory.Entries[0], 1000)).Code);
    }

    [Fact]
    public void A_damaged_deflate_stream_is_refused()
    {
        ZipItem damaged = new("a", Text) { IsDeflated = true, Stored = [7, 7, 7, 7, 7, 7] };
        ZipDirectory directory = Read(new ZipBuilder().Add(damaged).Build());
        Assert.Equal("ZIP_DEFLATE", Assert.Throws<ModelFormatException>(() => directory.ReadBytes(directory.Entries[0], 1000)).Code);
    }

    [Fact]
    public void A_cut_archive_is_refused_wherever_it_is_cut()
    {
        byte[] file = new ZipBuilder { IsZip64 = true }.Add("a", Text, deflated: true).Add("b", [1, 2, 3]).Build();
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            Assert.StartsWith("ZIP_", Assert.Throws<ModelFormatException>(() => Read(cut)).Code, StringComparison.Ordinal);
            Assert.Null(ZipDirectory.ReadNames(new MemoryByteSource("cut", cut), ReadLimits.Default));
        }
    }

    [Fact]
    public void A_changed_byte_never_ends_in_another_exception()
    {
        byte[] file = new ZipBuilder { IsZip64 = true }
            .Add(new ZipItem("a", Text) { IsDeflated = true, IsZip64 = true }).Add(new ZipItem("b", Text) { HasDescriptor = true }).Build();
        for (int at = 0; at < file.Length; at++)
        {
            foreach (byte change in (byte[])[1, 0x80, 0xFF])
            {
                byte[] changed = [.. file];
                changed[at] ^= change;
                try
                {
                    ZipDirectory directory = Read(changed);
                    foreach (ZipEntry entry in directory.Entries)
                    {
                        directory.ReadBytes(entry, 1000);
                    }
                }
                catch (ModelFormatException error)
                {
                    Assert.StartsWith("ZIP_", error.Code, StringComparison.Ordinal);
                }
            }
        }
    }

    private static ZipDirectory Read(byte[] file) =>
        ZipDirectory.Read(new MemoryByteSource("archive.zip", file), ReadLimits.Default, CancellationToken.None);
}
