using System.Globalization;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>How much is read and how much memory is taken.</summary>
public class GgufResourceTests
{
    private const long Margin = 64L * 1024 * 1024;

    [Fact]
    public void Of_a_long_file_the_header_and_one_window_are_read()
    {
        using TempFolder folder = new();
        List<string> tokens = [.. Enumerable.Range(0, 30_000).Select(i => Name("t", i))];
        byte[] file = new GgufBuilder().Array("tokenizer.ggml.tokens", 8, 30_000, writer => tokens.ForEach(writer.Text))
            .Add("a", 24, [2_000_000], new byte[2_000_000]).Build();
        using ModelSource model = GgufFiles.Open(folder.Write("long.gguf", file));
        long header = model.Metadata.Tensors[0].Offset;
        Assert.InRange(header, 300_000, 600_000);
        Assert.InRange(((FileByteSource)model.Files[0].Bytes).BytesRead, header - 32, header + ByteReader.WindowSize);
        Assert.Equal(30_000, model.Metadata.Metadata["tokenizer.ggml.tokens"].Count);
    }

    [Fact]
    public void A_header_is_read_in_windows_that_follow_each_other()
    {
        List<string> tokens = [.. Enumerable.Range(0, 30_000).Select(i => Name("t", i))];
        byte[] file = new GgufBuilder().Array("tokenizer.ggml.tokens", 8, 30_000, writer => tokens.ForEach(writer.Text))
            .Text("long", new string('x', 100_000)).Add("a", 24, [2_000_000], new byte[2_000_000]).Build();
        RecordingByteSource source = new(file);
        using ByteSource bytes = source;
        _ = GgufHeaderReader.Read(source, ReadLimits.Default, CancellationToken.None);
        long end = 0;
        foreach ((long offset, int length) in source.Reads)
        {
            Assert.InRange(offset, end, end + 16); // a string that is passed over may end beyond its window
            end = offset + length;
        }

        Assert.InRange(source.Reads.Count, 8, 16);
    }

    [Fact]
    public void A_long_array_of_numbers_is_passed_over_unread()
    {
        using TempFolder folder = new();
        byte[] file = new GgufBuilder().Array("scores", 6, 1_000_000, writer => writer.Raw(new byte[4_000_000])).U32("after", 7).Build();
        using ModelSource model = GgufFiles.Open(folder.Write("scores.gguf", file));
        Assert.Equal(7L, model.Metadata.Metadata["after"].Scalar);
        Assert.Equal(1_000_000, model.Metadata.Metadata["scores"].Count);
        Assert.InRange(((FileByteSource)model.Files[0].Bytes).BytesRead, 1, 2 * ByteReader.WindowSize);
    }

    [Fact]
    public void More_tensors_than_memory_allows_are_refused_before_any_is_read()
    {
        byte[] file = new GgufBuilder { TensorCount = 200_000 }.Raw(writer => writer.Raw(new byte[6_000_000])).Build();
        AssertRefused(file, "GGUF_TENSOR_COUNT", allocation: 1_000_000);
    }

    [Fact]
    public void More_entries_than_memory_allows_are_refused_before_any_is_read()
    {
        byte[] file = new GgufBuilder { EntryCount = 200_000 }.Raw(writer => writer.Raw(new byte[6_000_000])).Build();
        AssertRefused(file, "GGUF_KV_COUNT", allocation: 1_000_000);
    }

    [Fact]
    public void Many_empty_tensors_are_read_within_the_margin()
    {
        GgufBuilder builder = new();
        for (int i = 0; i < 90_000; i++)
        {
            builder.Add(Name("t", i), 0, [0, 1, 1, 1], []);
        }

        byte[] file = builder.Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using ModelSource model = GgufFiles.Open(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Margin + file.Length);
        Assert.Equal(90_000, model.Metadata.Tensors.Count);
    }

    [Fact]
    public void Many_short_arrays_are_refused_within_the_margin()
    {
        GgufBuilder builder = new();
        for (int i = 0; i < 20_000; i++)
        {
            builder.Array(Name("k", i), 0, 256, writer => writer.Raw(new byte[256]));
        }

        AssertRefused(builder.Build(), "GGUF_HEADER_MEMORY");
    }

    [Fact]
    public void Many_long_strings_are_refused_within_the_margin()
    {
        GgufBuilder builder = new();
        string text = new('x', 8_000_000);
        for (int i = 0; i < 6; i++)
        {
            builder.Text(Name("k", i), text);
        }

        AssertRefused(builder.Build(), "GGUF_HEADER_MEMORY");
    }

    [Fact]
    public void The_longest_string_is_read_within_the_margin()
    {
        byte[] file = new GgufBuilder().Text("s", new string('x', 16 * 1024 * 1024)).Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using ModelSource model = GgufFiles.Open(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Margin + file.Length);
        byte[] longer = new GgufBuilder().Text("s", new string('x', (16 * 1024 * 1024) + 1)).Build();
        Assert.Equal("GGUF_STRING_LENGTH", GgufFiles.Refusal(longer).Code);
    }

    private static void AssertRefused(byte[] file, string code, long? allocation = null)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelFormatException error = GgufFiles.Refusal(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allocation ?? (Margin + file.Length));
        Assert.Equal(code, error.Code);
    }

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");

    private sealed class RecordingByteSource(byte[] bytes) : ByteSource
    {
        public List<(long Offset, int Length)> Reads { get; } = [];

        public override string Name => "recorded";

        public override long Length => bytes.Length;

        protected internal override void ReadCore(long offset, Span<byte> destination)
        {
            Reads.Add((offset, destination.Length));
            bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
        }
    }
}
