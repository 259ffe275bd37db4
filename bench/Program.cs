using BenchmarkDotNet.Running;
using Hartonomous.Benchmarks.EndToEnd;
using Hartonomous.Benchmarks.Family;
using Hartonomous.Benchmarks.Kernels.Decoding;

if (args is ["end-to-end", .. string[] rest])
{
    return EndToEndBenchmark.Run(rest);
}

if (args is ["family", .. string[] family])
{
    return ModelFamily.Run(family);
}

if (args is ["decode", .. string[] decodeArguments])
{
    return DecodeBenchmark.Run(decodeArguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
