using BenchmarkDotNet.Running;
using Hartonomous.Benchmarks.EndToEnd;

if (args is ["end-to-end", .. string[] rest])
{
    return EndToEndBenchmark.Run(rest);
}

if (args is ["product", ..])
{
    return Hartonomous.Benchmarks.LinearAlgebra.ProductBenchmark.Run();
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
