using BenchmarkDotNet.Running;
using Hartonomous.Benchmarks.EndToEnd;
using Hartonomous.Benchmarks.Family;

if (args is ["end-to-end", .. string[] rest])
{
    return EndToEndBenchmark.Run(rest);
}

if (args is ["family", .. string[] family])
{
    return ModelFamily.Run(family);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
