using Hartonomous.Cli;
using Hartonomous.Cli.Output;

return await CliApplication.RunAsync(args, CliConsole.OfProcess());
