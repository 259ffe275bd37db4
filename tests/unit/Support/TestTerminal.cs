using System.Runtime.CompilerServices;

namespace Hartonomous.Tests.Support;

/// <summary>The terminal that tests are written for, whatever they are run from: a build server often has none, or a dumb one.</summary>
internal static class TestTerminal
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("TERM", "xterm");
}
