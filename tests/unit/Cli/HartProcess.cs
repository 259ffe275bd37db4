using System.Diagnostics;
using System.Globalization;

namespace Hartonomous.Tests.Cli;

/// <summary>Processes of <c>hart</c> on a store on a server, whose connection string they get as people are told to give it.</summary>
internal static class HartProcess
{
    /// <summary>Starts one.</summary>
    public static Process Start(string connectionString, params string[] args) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hart.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["HARTONOMOUS_SQL"] = connectionString },
        })!;

    /// <summary>Runs one to its end.</summary>
    public static async Task<CliResult> RunAsync(string connectionString, params string[] args)
    {
        using Process process = Start(connectionString, args);
        return await EndAsync(process);
    }

    /// <summary>Waits for the end of one.</summary>
    public static async Task<CliResult> EndAsync(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CliResult(process.ExitCode, await output, await error);
    }

    /// <summary>Asks one to end, as a service manager does (SIGTERM).</summary>
    public static void Terminate(Process process)
    {
        using Process kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
