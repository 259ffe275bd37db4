using System.Text.Json;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

/// <summary><c>optimize</c>, <c>repair</c>, and what is new about <c>verify</c>, as command lines.</summary>
public sealed class MaintenanceVerbTests : IDisposable
{
    private readonly CliHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Optimize_says_what_would_come_back_and_gives_it_back()
    {
        Import("one", 1);
        Import("two", 2);
        Assert.Equal(0, _host.Run("remove", "--model", "one", "--yes").ExitCode);

        CliResult plan = _host.Run("optimize", "--dry-run", "--json");
        Assert.Equal(
            "dryRun complete reclaimedAtoms reclaimedBytes heldAtoms heldBytes compactedPacks movedBytes skippedPacks rebuilt bytesBefore bytesAfter seconds",
            CliResult.Properties(plan.Json));
        Assert.Equal((0, 1L, 100_000L), (plan.ExitCode, Number(plan, "reclaimedAtoms"), Number(plan, "reclaimedBytes")));
        CliResult done = _host.Run("optimize", "--json", "--time-limit", "1h");
        Assert.Equal((0, 1L, 1L), (done.ExitCode, Number(done, "reclaimedAtoms"), Number(done, "compactedPacks")));
        Assert.True(Number(done, "bytesAfter") <= Number(done, "bytesBefore") - 70_000);
        Assert.Contains("The store is optimized.", _host.Run("optimize").Out, StringComparison.Ordinal);
        Assert.Equal(0, _host.Run("verify", "--full").ExitCode);
    }

    [Theory]
    [InlineData("optimize", "--time-limit", "soon")]
    [InlineData("optimize", "--max-waste", "101")]
    [InlineData("verify", "--resume")]
    [InlineData("verify", "--time-limit", "5s")]
    public void A_command_line_that_makes_no_sense_is_refused(params string[] args)
    {
        Import("one", 1);
        Assert.Equal(2, _host.Run(args).ExitCode);
    }

    [Fact]
    public void Verify_keeps_where_it_was_and_writes_a_report()
    {
        Import("one", 1);
        string file = _host.Folder.File("report.json");

        CliResult none = _host.Run("verify", "--full", "--time-limit", "0s", "--json");
        CliResult rest = _host.Run("verify", "--full", "--resume", "--report", file, "--json");

        Assert.False(none.Json.GetProperty("complete").GetBoolean());
        Assert.Equal(0, none.ExitCode);
        Assert.Equal("ok full complete resumed checked findings seconds", CliResult.Properties(rest.Json));
        Assert.True(rest.Json.GetProperty("resumed").GetBoolean() && rest.Json.GetProperty("complete").GetBoolean());
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(file));
        Assert.Equal("ok full complete resumed checked findings seconds", CliResult.Properties(report.RootElement));
    }

    [Fact]
    public void Repair_names_what_is_lost_and_an_import_heals_it()
    {
        Import("one", 1);
        string pack = Directory.GetFiles(Path.Combine(_host.Store, "packs")).Single();
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[5000] ^= 1;
        File.WriteAllBytes(pack, bytes);
        Assert.Equal(1, _host.Run("verify", "--full").ExitCode);

        CliResult plan = _host.Run("repair", "--dry-run", "--json");
        CliResult repair = _host.Run("repair", "--json");

        Assert.Equal(
            "ok dryRun database frames damagedPacks restoredPayloads addedAtoms correctedCounts lostContents lostModels seconds",
            CliResult.Properties(repair.Json));
        Assert.Equal((1, 1), (plan.ExitCode, repair.ExitCode));
        JsonElement lost = repair.Json.GetProperty("lostContents")[0];
        Assert.Equal("sha256 sizeBytes reason models tensors", CliResult.Properties(lost));
        Assert.Equal("one: w", lost.GetProperty("tensors")[0].GetString());
        Assert.Contains("Lost content", _host.Run("repair").Out, StringComparison.Ordinal);
        CliResult again = Import("one", 1);
        Assert.Equal("Complete", again.Json.GetProperty("imports")[0].GetProperty("status").GetString());
        Assert.Equal((0, 0), (_host.Run("verify", "--full").ExitCode, _host.Run("repair").ExitCode));
    }

    private static long Number(CliResult result, string property) => result.Json.GetProperty(property).GetInt64();

    private CliResult Import(string name, int seed)
    {
        string path = _host.Folder.Write($"{name}.safetensors", TinyModel.Build(("w", TestModel.Noise(seed, 100_000))));
        CliResult result = _host.Run("import", path, "--name", name, "--json");
        Assert.Equal(0, result.ExitCode);
        return result;
    }
}
