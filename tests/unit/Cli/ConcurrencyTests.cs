using System.Diagnostics;
using System.Text.Json;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

/// <summary>Many processes, one store.</summary>
public sealed class ConcurrencyTests
{
    private const int Processes = 8;
    private const int ModelsOfEach = 3;

    private static readonly string[] Counts =
        ["models", "tensors", "atoms", "bytesImported", "bytesStored", "savedByFile", "savedByTensor", "savedByBlock", "bytesBeside"];

    [Fact]
    public async Task Eight_processes_that_import_overlapping_families_into_a_new_store_leave_what_one_would()
    {
        using TempFolder folder = new();
        string together = folder.File("together/x")[..^2];
        string alone = folder.File("alone/x")[..^2];
        List<string[]> shares = [.. Enumerable.Range(0, Processes).Select(process => Enumerable.Range(0, ModelsOfEach)
            .Select(number => folder.Write($"p{process}-m{number}.safetensors", Model(process, number))).ToArray())];

        CliResult[] results = await Task.WhenAll(shares.Select(share => RunAsync(["import", .. share, "--store", together, "--chunk-mib", "1", "--json"])));

        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.All(results, result => Assert.Equal(ModelsOfEach, result.Json.GetProperty("imports").GetArrayLength()));
        CliResult serial = await RunAsync(["import", .. shares.SelectMany(share => share), "--store", alone, "--json"]);
        Assert.True(serial.ExitCode == 0, serial.Error);
        JsonElement expected = (await RunAsync(["stats", "--store", alone, "--json"])).Json;
        JsonElement actual = (await RunAsync(["stats", "--store", together, "--json"])).Json;
        Assert.Equal(
            Counts.Select(count => (count, expected.GetProperty(count).GetInt64())), Counts.Select(count => (count, actual.GetProperty(count).GetInt64())));
        Assert.Equal(Processes * ModelsOfEach, actual.GetProperty("models").GetInt64());

        using EmbeddedStore store = EmbeddedStore.Open(together);
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
        Assert.All(store.Jobs.List(), job => Assert.Equal(JobStatus.Complete, job.Status));
        foreach (string path in shares.SelectMany(share => share))
        {
            string copy = folder.File("copy");
            new ModelExporter(store).Export(Path.GetFileNameWithoutExtension(path), copy, overwrite: true);
            Assert.Equal(ContentHash.Of(File.ReadAllBytes(path)), ContentHash.Of(File.ReadAllBytes(copy)));
        }
    }

    /// <summary>
    /// A model of one of three families: most tensors are the family's, one has half its bytes in common with all, one is its own. Models of
    /// the last number are the same file whichever process has it.
    /// </summary>
    internal static byte[] Model(int process, int number)
    {
        int family = number;
        int own = number == ModelsOfEach - 1 ? 0 : process;
        List<(string Name, byte[] Content)> tensors = [.. Enumerable.Range(0, 6).Select(i => ($"shared.{i}", TestModel.Noise((family * 10) + i, 300_000)))];
        tensors.Add(("half", [.. TestModel.Noise(777, 1 << 20), .. TestModel.Noise(1000 + (own * 10) + number, 400_000)]));
        tensors.Add(("own", TestModel.Noise(2000 + (own * 10) + number, 200_000)));
        return TinyModel.Build([.. tensors]);
    }

    private static async Task<CliResult> RunAsync(string[] args)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "hart.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CliResult(process.ExitCode, await output, await error);
    }
}
