using System.Globalization;
using Hartonomous.Cli;
using Hartonomous.Cli.Output;

// What is written is the same wherever it is written.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
return await CliApplication.RunAsync(args, CliConsole.OfProcess());
