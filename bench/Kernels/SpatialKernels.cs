using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Benchmarks.Kernels;

/// <summary>
/// Curves, sketches and projections on one core, beside the speed at which the same core reads memory, in one run: <c>spatial</c>. Medians of
/// several rounds, each of which measures all of them.
/// </summary>
internal static unsafe class SpatialKernels
{
    private const int Rounds = 7;
    private const int Points = 1 << 18;
    private const int ContentBytes = 256 << 20;
    private const int Sketches = 8192;

    /// <summary>Runs it. Returns the exit code.</summary>
    public static int Run()
    {
        List<(string Name, string Unit, double Amount, Action Work)> kernels = [];
        foreach (SpaceFillingCurve curve in Enum.GetValues<CurveKind>().Select(SpaceFillingCurve.Of))
        {
            uint[] x = Coordinates(curve, 1);
            uint[] y = Coordinates(curve, 2);
            uint[] z = curve.Axes == 3 ? Coordinates(curve, 3) : [];
            long[] keys = new long[Points];
            curve.Encode(x, y, z, keys);
            kernels.Add(($"{curve.Kind} encode", "M points/s", Points / 1e6, () => curve.Encode(x, y, z, keys)));
            kernels.Add(($"{curve.Kind} decode", "M points/s", Points / 1e6, () => curve.Decode(keys, x, y, z)));
        }

        float[] values = new float[ContentBytes / sizeof(float)];
        Random random = new(4);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ((random.NextSingle() - 0.5f) * 0.1f) + 0.001f;
        }

        byte[] singles = MemoryMarshal.AsBytes<float>(values).ToArray();
        ushort[] brains = [.. values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16))];
        Half[] halfs = [.. values.Select(value => (Half)value)];
        kernels.Add(("memory read", "GB/s", ContentBytes / 1e9, () => Read(singles)));
        TensorSketcher sketcher = new();
        TensorShape shape = new(values.Length);
        kernels.Add(("sketch of F32", "GB/s", singles.Length / 1e9, () => sketcher.Compute(singles, TensorDtype.F32, shape)));
        byte[] brainBytes = MemoryMarshal.AsBytes<ushort>(brains).ToArray();
        kernels.Add(("sketch of BF16", "GB/s", brainBytes.Length / 1e9, () => sketcher.Compute(brainBytes, TensorDtype.BF16, shape)));
        byte[] halfBytes = MemoryMarshal.AsBytes<Half>(halfs).ToArray();
        kernels.Add(("sketch of F16", "GB/s", halfBytes.Length / 1e9, () => sketcher.Compute(halfBytes, TensorDtype.F16, shape)));
        foreach (ProjectionMethod method in Enum.GetValues<ProjectionMethod>())
        {
            SketchProjection projection = new(new ProjectionConfig(method));
            float[] sketches = values[..(Sketches * projection.Config.Dimension)];
            SpatialPoint[] points = new SpatialPoint[Sketches];
            kernels.Add(($"{method} projection", "M sketches/s", Sketches / 1e6, () => projection.Project(sketches, points)));
        }

        double[][] rates = [.. kernels.Select(_ => new double[Rounds])];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < kernels.Count; i++)
            {
                double start = ThreadClock.Seconds;
                kernels[i].Work();
                if (round >= 0)
                {
                    rates[i][round] = kernels[i].Amount / (ThreadClock.Seconds - start);
                }
            }
        }

        Console.WriteLine("One thread, its processor time where the system tells it; dimension 1998; content of 256 MiB, sketches of 65 MB, curves in cache.");
        Console.WriteLine();
        Console.WriteLine("| kernel | unit | least | median | most |");
        Console.WriteLine("|---|---|--:|--:|--:|");
        for (int i = 0; i < kernels.Count; i++)
        {
            Array.Sort(rates[i]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {kernels[i].Name} | {kernels[i].Unit} | {rates[i][0]:F2} | {rates[i][Rounds / 2]:F2} | {rates[i][^1]:F2} |"));
        }

        return 0;
    }

    private static uint[] Coordinates(SpaceFillingCurve curve, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, Points).Select(_ => (uint)random.NextInt64(curve.MaxCoordinate + 1L))];
    }

    private static void Read(byte[] bytes)
    {
        fixed (byte* first = bytes)
        {
            Vector512<long> a = Vector512<long>.Zero;
            Vector512<long> b = a;
            Vector512<long> c = a;
            Vector512<long> d = a;
            for (long i = 0; i < bytes.Length; i += 256)
            {
                a += Vector512.Load((long*)(first + i));
                b += Vector512.Load((long*)(first + i + 64));
                c += Vector512.Load((long*)(first + i + 128));
                d += Vector512.Load((long*)(first + i + 192));
            }

            GC.KeepAlive(Vector512.Sum(a + b + c + d));
        }
    }
}
