using BenchmarkDotNet.Running;
using Hartonomous.Benchmarks.EndToEnd;
using Hartonomous.Benchmarks.Family;
using Hartonomous.Benchmarks.Kernels;
using Hartonomous.Benchmarks.Kernels.Decoding;
using Hartonomous.Benchmarks.LinearAlgebra;
using Hartonomous.Benchmarks.Search;

if (args is ["end-to-end", .. string[] rest])
{
    return EndToEndBenchmark.Run(rest);
}

if (args is ["search", .. string[] searchArguments])
{
    return SearchBenchmark.Run(searchArguments);
}

if (args is ["spatial"])
{
    return SpatialKernels.Run();
}

if (args is ["family", .. string[] family])
{
    return ModelFamily.Run(family);
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
