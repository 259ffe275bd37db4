using BenchmarkDotNet.Running;
using Hartonomous.Benchmarks.EndToEnd;
using Hartonomous.Benchmarks.Kernels.Decoding;
using Hartonomous.Benchmarks.LinearAlgebra;

if (args is ["end-to-end", .. string[] rest])
{
    return EndToEndBenchmark.Run(rest);
}

if (args is ["decode", .. string[] decodeArguments])
{
    return DecodeBenchmark.Run(decodeArguments);
}

if (args is ["linear-algebra", .. string[] linearAlgebraArguments])
{
    return LinearAlgebraBenchmark.Run(linearAlgebraArguments);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
