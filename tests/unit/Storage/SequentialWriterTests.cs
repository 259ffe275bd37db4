using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Tests.Storage;

/// <summary>Files written and read past the system's cache, and through it where there is no such way.</summary>
public sealed class SequentialWriterTests : IDisposable
{
    private const int MiB = 1 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Bytes_of_any_lengths_are_in_the_file_after_each_flush_and_after_the_end(bool isDirect)
    {
        byte[] content = TestModel.Noise(1, (13 * MiB) + 777);
        string path = _folder.File("x");
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        using SequentialWriter writer = new(file, isDirect: isDirect);
        int at = 0;
        foreach (int end in (int[])[0, 1, 4095, 4096, 4097, 5000, MiB, (4 * MiB) - 1, 4 * MiB, (12 * MiB) + 5, (12 * MiB) + 6])
        {
            writer.Write(content.AsSpan(at..end));
            writer.Flush();
            at = end;
            Assert.Equal(end, writer.Position);
            Assert.True(content.AsSpan(0, end).SequenceEqual(Read(path).AsSpan(0, end)), $"after {end} bytes");
        }

        foreach (byte[] piece in content[at..].Chunk(1001))
        {
            writer.Write(piece);
        }

        writer.Complete();
        Assert.True(content.AsSpan().SequenceEqual(Read(path)));
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData((5 * MiB) + 4095)]
    public void Writing_goes_on_where_a_file_ends(int length)
    {
        byte[] content = TestModel.Noise(2, length + (9 * MiB));
        string path = _folder.Write("x", content.AsSpan(0, length));
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
        {
            using SequentialWriter writer = new(file, length);
            writer.Write(content.AsSpan(length));
            writer.Complete();
        }

        Assert.True(content.AsSpan().SequenceEqual(Read(path)));
    }

    [Fact]
    public void A_file_that_ends_before_its_place_is_refused()
    {
        string path = _folder.Write("x", new byte[100]);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Assert.Throws<EndOfStreamException>(() => new SequentialWriter(file, 101));
    }

    [Fact]
    public void Zeros_in_the_middle_and_at_the_end_come_back()
    {
        byte[] content = new byte[(40 * MiB) + 5];
        content[0] = 1;
        content[20 * MiB] = 2;
        string path = _folder.File("x");
        using (SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            using SequentialWriter writer = new(file, leavesHoles: true);
            writer.Write(content);
            writer.Complete();
        }

        Assert.True(content.AsSpan().SequenceEqual(Read(path)));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(30 * MiB)]
    public void A_device_that_takes_no_bytes_is_an_error_until_the_end(int length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return; // only Linux has such a device
        }

        using SafeFileHandle file = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        using SequentialWriter writer = new(file);
        Assert.Throws<IOException>(() =>
        {
            writer.Write(new byte[length]);
            writer.Flush();
        });
        Assert.Throws<IOException>(writer.Flush);
    }

    [Fact]
    public void Ranges_at_any_place_are_read_and_end_with_the_file()
    {
        byte[] content = TestModel.Noise(3, (2 * MiB) + 100);
        using DirectReader reader = new(File.OpenHandle(_folder.Write("x", content)));
        using Slab buffer = new(MiB + 8192);
        foreach ((int offset, int length) in ((int, int)[])[(0, 1), (1, 4095), (1, 4096), (4096, 4096), (4095, MiB), (2 * MiB, 100), (content.Length - 1, 1)])
        {
            Assert.True(content.AsSpan(offset, length).SequenceEqual(reader.Read(offset, length, buffer)), $"{length} bytes at {offset}");
        }

        Assert.True(content.AsSpan(2 * MiB).SequenceEqual(reader.Read(2 * MiB, 101, buffer)));
        Assert.Equal(0, reader.Read(content.Length, 10, buffer).Length);
        Assert.Equal(0, reader.Read(content.Length + 100, 10, buffer).Length);
        Assert.Equal(0, reader.Read(content.Length + MiB, 10, buffer).Length);
    }

    private static byte[] Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
