using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Cli;

/// <summary>Ends real imports at random instants and looks at what they leave.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int Seed = 20260101;
    private const int TensorBytes = 512 * 1024;
    private const int Tensors = 96;

    [Fact]
    public void Killed_at_any_instant_an_import_leaves_a_whole_store_and_the_next_one_completes_it()
    {
        using TempFolder folder = new();
        string model = WriteModel(folder.File("model.safetensors"));
        string store = folder.File("store/x")[..^2];

        // Every round has a store of its own, so that the kills fall into the creation of the store, every chunk, and the completion: at any
        // instant within the shortest time that an import is known to take.
        TimeSpan whole = Time(() => Import(model, folder.File("measure/x")[..^2]).WaitForExit());
        Random random = new(Seed);
        int killed = 0;
        int resumed = 0;
        for (int round = 0; round < Kills; round++)
        {
            string own = $"{store}-{round}";
            Stopwatch clock = Stopwatch.StartNew();
            using Process import = Import(model, own);
            if (!import.WaitForExit(random.Next(1, (int)whole.TotalMilliseconds)))
            {
                import.Kill();
                import.WaitForExit();
                killed++;
            }
            else if (clock.Elapsed < whole)
            {
                whole = clock.Elapsed;
            }

            using (EmbeddedStore opened = EmbeddedStore.OpenOrCreate(own))
            {
                Assert.Equal([], new StoreVerifier(opened).Verify(full: true).Findings);
            }

            using Process next = Import(model, own);
            string report = next.StandardOutput.ReadToEnd();
            next.WaitForExit();
            Assert.True(next.ExitCode == 0, report + next.StandardError.ReadToEnd());

            using EmbeddedStore complete = EmbeddedStore.Open(own);
            Assert.Equal([], new StoreVerifier(complete).Verify(full: true).Findings);
            StoreStatistics figures = complete.GetStatistics();
            Assert.Equal((1, Tensors, new FileInfo(model).Length), (figures.Models, figures.Tensors, figures.BytesStored));
            string copy = folder.File($"copy-{round}");
            new ModelExporter(complete).Export("given", copy);
            Assert.Equal(HashOf(model), HashOf(copy));
            File.Delete(copy);
            resumed += report.Contains("\"newAtoms\":0,", StringComparison.Ordinal) ? 0 : 1;
        }

        output.WriteLine($"{killed} of {Kills} imports were killed (seed {Seed}); {resumed} of the imports after them had something left to do.");
        Assert.True(killed >= Kills / 2, $"Only {killed} of {Kills} imports were still at work when they were to be killed.");
    }

    private static string WriteModel(string path)
    {
        string entries = string.Join(',', Enumerable.Range(0, Tensors).Select(i =>
            $"\"t{i}\":{{\"dtype\":\"U8\",\"shape\":[{TensorBytes / 1024},1024],\"data_offsets\":[{i * TensorBytes},{(i + 1) * TensorBytes}]}}"));
        byte[] header = Encoding.UTF8.GetBytes($"{{{entries}}}");
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)header.Length));
        file.Write(header);
        file.Write(TestModel.Noise(Seed, Tensors * TensorBytes));
        return path;
    }

    private static Process Import(string model, string store) => Process.Start(new ProcessStartInfo(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "hart.dll"), "import", model, "--name", "given", "--store", store, "--chunk-mib", "1", "--json"])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static TimeSpan Time(Action action)
    {
        Stopwatch clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed;
    }

    private static ContentHash HashOf(string path) => new(SHA256.HashData(File.ReadAllBytes(path)));
}
