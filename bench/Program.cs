using BenchmarkDotNet.Running;
using Hartonomous.Benchmarks.EndToEnd;
using Hartonomous.Benchmarks.Kernels.Decoding;

if (args is ["end-to-end", .. string[] rest])
{
    return EndToEndBenchmark.Run(rest);
}

if (args is ["decode", .. string[] decodeArguments])
{
    return DecodeBenchmark.Run(decodeArguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
