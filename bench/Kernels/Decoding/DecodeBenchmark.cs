using System.Globalization;
using System.Runtime.InteropServices;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Benchmarks.Kernels.Decoding;

/// <summary>
/// What decoding costs on one thread: every encoding, a tensor of 4096 x 4096, beside ggml's C decoder where a library is given and beside a plain
/// copy of as many floats. The three take turns, so that what else the machine does falls on all alike.
/// </summary>
internal static unsafe class DecodeBenchmark
{
    private const string Usage = "usage: decode [--ggml PATH] [--runs N] [--values N] [--types A,B,...]";

    /// <summary>Runs it.</summary>
    public static int Run(string[] args)
    {
        string? library = Environment.GetEnvironmentVariable("HARTONOMOUS_GGML");
        int runs = 9;
        int values = 4096 * 4096;
        TensorDtype[] dtypes = [.. Enum.GetValues<TensorDtype>().Where(TensorDecoder.CanDecode)];
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : string.Empty;
            switch (args[i])
            {
                case "--ggml":
                    library = value;
                    break;
                case "--runs" when int.TryParse(value, CultureInfo.InvariantCulture, out runs) && runs > 0:
                case "--values" when int.TryParse(value, CultureInfo.InvariantCulture, out values) && values > 0 && values % 256 == 0:
                    break;
                case "--types" when value.Split(',').All(name => Enum.TryParse(name, out TensorDtype dtype) && TensorDecoder.CanDecode(dtype)):
                    dtypes = [.. value.Split(',').Select(Enum.Parse<TensorDtype>)];
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }

        Measure(dtypes, values, runs, GgmlLibrary.Load(library));
        return 0;
    }

    private static void Measure(TensorDtype[] dtypes, int values, int runs, GgmlLibrary? ggml)
    {
        float* destination = (float*)NativeMemory.AlignedAlloc((nuint)values * sizeof(float), 4096);
        float* copied = (float*)NativeMemory.AlignedAlloc((nuint)values * sizeof(float), 4096);
        new Span<float>(copied, values).Fill(1);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{values} values, one thread, median of {runs} runs, 10^9 values a second; copy: {(long)values * 4 >> 20} MiB of floats"));
        Console.WriteLine($"{"",-14}{"ours",8}{"C",8}{"ours/C",8}{"copy",8}{"ours/copy",11}");
        foreach (TensorDtype dtype in dtypes)
        {
            if (dtype.TryGetByteCount(values, out long bytes))
            {
                Measure(dtype, RandomContent.Of(dtype, bytes), destination, copied, values, runs, ggml);
            }
        }

        NativeMemory.AlignedFree(destination);
        NativeMemory.AlignedFree(copied);
    }

    private static void Measure(
        TensorDtype dtype, byte[] content, float* destination, float* copied, int values, int runs, GgmlLibrary? ggml)
    {
        delegate* unmanaged[Cdecl]<byte*, float*, long, void> reference = ggml is null ? null : ggml.Find(dtype);
        List<double> ours = [];
        List<double> theirs = [];
        List<double> copies = [];
        fixed (byte* source = content)
        {
            // Three more runs at first: the compiler's tiers, the pages of the buffers.
            for (int run = -3; run < runs; run++)
            {
                // Each goes first in every other run: what the one before left in the caches falls on both.
                double ourTime = run % 2 == 0 ? Ours() : 0;
                double theirTime = Seconds(reference, source, destination, values);
                ourTime = run % 2 == 0 ? ourTime : Ours();
                double begin = ThreadClock.Seconds;
                new Span<float>(copied, values).CopyTo(new Span<float>(destination, values));
                double copyTime = ThreadClock.Seconds - begin;
                if (run >= 0)
                {
                    ours.Add(ourTime);
                    theirs.Add(theirTime);
                    copies.Add(copyTime);
                }
                else
                {
                    Thread.Sleep(100); // the optimizing compiler works in the background
                }
            }
        }

        double Ours()
        {
            double begin = ThreadClock.Seconds;
            TensorDecoder.Decode(dtype, content, new Span<float>(destination, values));
            return ThreadClock.Seconds - begin;
        }

        double speed = values / Median(ours) / 1e9;
        double copySpeed = values / Median(copies) / 1e9;
        double referenceSpeed = values / Median(theirs) / 1e9;
        string other = reference == null
            ? $"{"-",8}{"-",8}"
            : string.Create(CultureInfo.InvariantCulture, $"{referenceSpeed,8:F2}{speed / referenceSpeed,8:F2}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dtype,-14}{speed,8:F2}{other}{copySpeed,8:F2}{speed / copySpeed,11:F2}"));
    }

    private static double Seconds(delegate* unmanaged[Cdecl]<byte*, float*, long, void> decode, byte* source, float* destination, int values)
    {
        double begin = ThreadClock.Seconds;
        if (decode != null)
        {
            decode(source, destination, values);
        }

        return ThreadClock.Seconds - begin;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
