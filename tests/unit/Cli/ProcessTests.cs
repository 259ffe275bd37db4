using System.Diagnostics;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

/// <summary>The program as a process of its own: what only a process has, exit codes and streams.</summary>
public class ProcessTests
{
    [Fact]
    public async Task Streams_and_exit_codes_are_those_of_the_program()
    {
        using TempFolder folder = new();
        string store = folder.File("store");
        CliResult version = await RunAsync("--version");
        Assert.Equal((0, string.Empty), (version.ExitCode, version.Error));
        Assert.StartsWith("hart ", version.Out, StringComparison.Ordinal);

        CliResult import = await RunAsync(
            "import", RepositoryFiles.Sample("tiny-base.safetensors"), folder.File("absent"), "--store", store, "--json");
        Assert.Equal(3, import.ExitCode);
        Assert.Equal("tiny-base", import.Json.GetProperty("imports")[0].GetProperty("model").GetString());
        Assert.Contains("FILE_NOT_FOUND", import.Error, StringComparison.Ordinal);

        CliResult models = await RunAsync("--store", store, "models", "--json");
        Assert.Equal((0, string.Empty), (models.ExitCode, models.Error));
        Assert.Equal('{', models.Out[0]);
        Assert.Equal(1, models.Json.GetProperty("models").GetArrayLength());

        Assert.Equal(2, (await RunAsync("remove", "--model", "tiny-base", "--store", store)).ExitCode);
        Assert.Equal(2, (await RunAsync("frobnicate")).ExitCode);
        Assert.Equal(1, (await RunAsync("stats", "--store", folder.File("nowhere"))).ExitCode);
    }

    private static async Task<CliResult> RunAsync(params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "hart.dll"), .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CliResult(process.ExitCode, await output, await error);
    }
}
