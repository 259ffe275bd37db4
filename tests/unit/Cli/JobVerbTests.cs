using System.Text.Json;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

public class JobVerbTests
{
    [Fact]
    public void Jobs_are_listed_by_state_and_model()
    {
        using CliHost host = new();
        string path = host.Folder.Write("m.safetensors", TinyModel.Build(("a", [1, 2, 3])));
        Assert.Equal(0, host.Run("import", path, "--granularity", "value").ExitCode);

        CliResult all = host.Run("jobs", "--json");
        JsonElement job = Assert.Single(all.Json.GetProperty("jobs").EnumerateArray());
        Assert.Equal(
            "jobId tenant model source status running stopRequested granularity tensors tensorsDone bytesTotal bytesProcessed progress bytesPerSecond "
            + "newAtoms newBytes modelId errorCode errorMessage host processId runs createdAt startedAt updatedAt endedAt",
            CliResult.Properties(job));
        Assert.Equal(("Complete", "Value", 3, 1), (
            job.GetProperty("status").GetString(), job.GetProperty("granularity").GetString(),
            job.GetProperty("newAtoms").GetInt32(), job.GetProperty("progress").GetInt32()));
        Assert.Contains("complete", host.Run("jobs").Out, StringComparison.Ordinal);
        Assert.Equal(0, host.Run("jobs", "--status", "failed", "--json").Json.GetProperty("jobs").GetArrayLength());
        Assert.Equal(1, host.Run("jobs", "--model", "M*", "--json").Json.GetProperty("jobs").GetArrayLength());
        Assert.Equal(0, host.Run("jobs", "--tenant", "*", "--model", "x", "--json").Json.GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public void What_cannot_be_done_to_a_job_is_an_error()
    {
        using CliHost host = new();
        string path = host.Folder.Write("m.safetensors", TinyModel.Build(("a", [1, 2, 3])));
        host.Run("import", path);

        CliResult absent = host.Run("jobs", "99", "--json");
        Assert.Equal((1, "JOB_NOT_FOUND"), (absent.ExitCode, absent.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(2, host.Run("jobs", "--stop").ExitCode);
        Assert.Equal(2, host.Run("jobs", "1", "--stop", "--reset").ExitCode);
        Assert.Equal(2, host.Run("jobs", "--status", "sleeping").ExitCode);
        CliResult complete = host.Run("jobs", "1", "--reset");
        Assert.Equal(1, complete.ExitCode);
        Assert.Contains("JOB_COMPLETE", complete.Error, StringComparison.Ordinal);
        Assert.Equal(0, host.Run("jobs", "1", "--stop").ExitCode);
    }

    [Fact]
    public async Task An_interrupted_import_is_resumed_by_its_key_and_with_all()
    {
        using CliHost host = new();
        string path = host.Folder.Write("m.safetensors", TinyModel.Build(("a", TestModel.Noise(1, 1000))));
        using CancellationTokenSource stop = new();
        host.Run("tenants");
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(host.Store))
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]))
        {
            await stop.CancelAsync();
            Assert.ThrowsAny<OperationCanceledException>(() => new ModelImporter(store).Import(source, cancellation: stop.Token));
        }

        Assert.Equal(2, host.Run("resume").ExitCode);
        Assert.Equal(2, host.Run("resume", "1", "--all").ExitCode);
        CliResult resumed = host.Run("resume", "--all", "--json");
        JsonElement import = Assert.Single(resumed.Json.GetProperty("imports").EnumerateArray());
        Assert.Equal((0, "m", 1, "SafeTensors"), (
            resumed.ExitCode, import.GetProperty("model").GetString(), import.GetProperty("jobId").GetInt32(), import.GetProperty("format").GetString()));

        CliResult again = host.Run("resume", "1", "--json");
        Assert.Equal((1, "JOB_COMPLETE"), (again.ExitCode, again.Json.GetProperty("errors")[0].GetProperty("code").GetString()));
        Assert.Contains("nothing to resume", host.Run("resume", "--all").Error, StringComparison.Ordinal);
    }
}
