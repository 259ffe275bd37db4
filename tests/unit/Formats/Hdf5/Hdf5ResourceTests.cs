using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Hdf5;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Hdf5;

/// <summary>How much is read and how much memory is taken.</summary>
public class Hdf5ResourceTests
{
    private const long Margin = 64L * 1024 * 1024;

    [Theory]
    [InlineData("fillbomb.h5")]
    [InlineData("chunkbomb.h5")]
    [InlineData("deflatebomb.h5")]
    [InlineData("external-files.h5")]
    [InlineData("virtual.h5")]
    public void A_hostile_file_takes_little_memory(string name)
    {
        byte[] file = KerasFiles.Vector(name);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = KerasFiles.Refusal(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Margin + file.Length);
    }

    [Fact]
    public void Values_that_were_never_written_take_no_memory()
    {
        byte[] file = KerasFiles.Vector("fillbomb.h5");
        // version 1, rank 1, 2^40 values and as many at most
        int space = Hdf5Patch.Find(file, [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
        file = Hdf5Patch.WithU64(file, space + 8, 1UL << 29);
        long before = GC.GetAllocatedBytesForCurrentThread();
        using ModelSource model = KerasFiles.Open(file);
        TensorInfo tensor = Assert.Single(model.Metadata.Tensors);
        Assert.Equal(1L << 31, tensor.SizeBytes);
        Assert.False(tensor.IsContiguous);
        using ByteSource source = model.OpenTensor(tensor);
        byte[] last = new byte[10];
        source.ReadExactly(tensor.SizeBytes - last.Length, last);
        Assert.Equal(new byte[10], last);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(64)]
    [InlineData(200)]
    public void A_window_smaller_than_a_row_of_chunks_gives_the_same_values(int window)
    {
        foreach (string name in (string[])["chunks.h5", "types.h5", "layouts.h5", "indexes.h5"])
        {
            using MemoryByteSource bytes = new(name, KerasFiles.Vector(name));
            Hdf5File file = Hdf5File.Open(bytes, ReadLimits.Default, CancellationToken.None);
            foreach (Hdf5Dataset dataset in file.Datasets.Where(IsChunked))
            {
                Hdf5Reader reader = new(bytes, file.Superblock, ReadLimits.Default, CancellationToken.None);
                using Hdf5ChunkedSource small = new(reader, dataset, window);
                using Hdf5ChunkedSource whole =
                    new(new Hdf5Reader(bytes, file.Superblock, ReadLimits.Default, CancellationToken.None), dataset);
                Assert.Equal(Read(whole, 0, (int)whole.Length), Read(small, 0, (int)small.Length));
            }
        }
    }

    [Fact]
    public void Any_range_of_a_chunked_tensor_can_be_read_on_any_thread()
    {
        using ModelSource model = KerasFiles.Open(KerasFiles.Vector("layouts.h5"));
        TensorInfo tensor = model.Metadata.Tensors.Single(candidate => candidate.Name == "gzip_shuffle");
        byte[] whole = KerasFiles.Content(model, tensor);
        using ByteSource source = model.OpenTensor(tensor);
        Parallel.For(0, 200, i =>
        {
            int at = i * 7919 % whole.Length;
            int count = Math.Min(1 + (i * 37), whole.Length - at);
            Assert.Equal(whole[at..(at + count)], Read(source, at, count));
        });
    }

    [Fact]
    public void Opening_reads_structures_and_no_values()
    {
        using TempFolder folder = new();
        string path = folder.Write("layouts.h5", KerasFiles.Vector("layouts.h5"));
        using ModelSource model = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        long read = Assert.IsType<FileByteSource>(model.Files[0].Bytes).BytesRead;
        Assert.InRange(read, 10_000, 300_000);
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        using MemoryByteSource bytes = new("latest.h5", KerasFiles.Vector("latest.h5"));
        Assert.Throws<OperationCanceledException>(() => Hdf5File.Open(bytes, ReadLimits.Default, new CancellationToken(true)));
    }

    private static bool IsChunked(Hdf5Dataset dataset) =>
        dataset.Layout.Class == Hdf5LayoutClass.Chunked && dataset.SizeBytes is > 0 and < 50_000;

    private static byte[] Read(ByteSource source, long offset, int count)
    {
        byte[] bytes = new byte[count];
        source.ReadExactly(offset, bytes);
        return bytes;
    }
}
