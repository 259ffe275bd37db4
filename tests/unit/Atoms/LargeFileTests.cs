using System.Security.Cryptography;
using System.Text;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Atoms;

public sealed class LargeFileTests
{
    /// <summary>A file of 4.5 GiB with one tensor of over 4 GiB, all holes but for three places, the last beyond 2^32.</summary>
    [LargeFileFact]
    public void A_tensor_and_a_file_over_4_GiB_come_in_and_out()
    {
        const long rows = 1_179_648;
        const long tensorBytes = rows * 1024 * 4;
        using TempFolder folder = new();
        string path = folder.File("large.safetensors");
        byte[] header = Encoding.UTF8.GetBytes(
            $$$"""{"small":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"large":{"dtype":"F32","shape":[{{{rows}}},1024],"data_offsets":[3,{{{tensorBytes + 3}}}]}}""");
        using (FileStream file = File.Create(path))
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            file.Write([1, 2, 3]);
            long start = file.Position;
            foreach (long place in (long[])[5, 1L << 31, tensorBytes - 1])
            {
                file.Position = start + place;
                file.WriteByte(0x7F);
            }
        }

        ContentHash expected = HashOf(path);
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(folder.File("store/x")[..^2]);
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]))
        {
            TensorInfo large = source.Metadata.Tensors.Single(tensor => tensor.Name == "large");
            Assert.Equal((tensorBytes, 11L + header.Length), (large.SizeBytes, large.Offset));

            ImportResult imported = new ModelImporter(store).Import(source);

            // The zero block, the three blocks with a byte set, and the small tensor.
            Assert.Equal(5, imported.NewAtoms);
        }

        StoredTensor stored = store.ListTensors(store.FindModel("large")!.ModelId).Single(tensor => tensor.Info.Name == "large");
        Assert.Equal(tensorBytes, stored.Info.SizeBytes);
        string output = folder.File("out.safetensors");
        ExportResult exported = new ModelExporter(store).Export("large", output);

        Assert.Equal(tensorBytes + 11 + header.Length, new FileInfo(output).Length);
        Assert.Equal(expected, exported.Files[0].Sha256);
        Assert.Equal(expected, HashOf(output));
    }

    private static ContentHash HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return new ContentHash(SHA256.HashData(file));
    }
}
