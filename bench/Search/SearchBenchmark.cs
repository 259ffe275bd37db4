using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Hartonomous.Core.Spatial.Indexes;

namespace Hartonomous.Benchmarks.Search;

/// <summary>
/// Recall and time of every search strategy on planted families, and of FAISS on the same vectors where Python has it:
/// <c>search [vectors] [dimension] [queries]</c>, <c>search faiss [vectors] [dimension] [queries]</c>, or <c>search store</c>.
/// </summary>
internal static class SearchBenchmark
{
    private const int Top = 10;

    /// <summary>Runs it. Returns the exit code.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is ["store", .. string[] ofStore])
        {
            return StoreSearchBenchmark.Run(ofStore);
        }

        bool faiss = arguments is ["faiss", ..];
        int[] numbers = [.. arguments.Skip(faiss ? 1 : 0).Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        int vectors = numbers.Length > 0 ? numbers[0] : faiss ? 200_000 : 1_000_000;
        int dimension = numbers.Length > 1 ? numbers[1] : 256;
        int queries = numbers.Length > 2 ? numbers[2] : 200;
        Console.WriteLine($"Families of 20, cosines 0.5 to 0.99, dimension {dimension}, {queries} stored vectors as queries, recall@{Top} against Exact.");
        Console.WriteLine("Times are of one thread: its processor time where the system tells it, else wall time.");
        Console.WriteLine();
        Console.WriteLine("| vectors | strategy | built s | MiB | recall@10 | median ms | p99 ms | candidates | certain | likely |");
        Console.WriteLine("|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        if (faiss)
        {
            Compare(vectors, dimension, queries);
            return 0;
        }

        for (int count = 10_000; count <= vectors; count *= 10)
        {
            Table(PlantedFamilies.Create(count, dimension), queries, Enum.GetValues<IndexStrategy>());
        }

        return 0;
    }

    private static int[][] Table(SketchArray sketches, int queries, IndexStrategy[] strategies)
    {
        int[] ordinals = [.. Enumerable.Range(0, queries).Select(i => (int)((long)i * 7919 * 131 % sketches.Count))];
        int[][] exact = [.. ordinals.AsParallel().AsOrdered().Select(ordinal => Nearest(sketches, ordinal))];
        foreach (IndexStrategy strategy in strategies)
        {
            Stopwatch clock = Stopwatch.StartNew();
            INeighborIndex index = NeighborIndex.Build(strategy, sketches);
            double built = clock.Elapsed.TotalSeconds;
            NeighborQuery query = new() { Top = Top };
            for (int warm = 0; warm < Math.Min(50, queries); warm++)
            {
                index.Search(sketches[ordinals[warm]], query);
            }

            double[] times = new double[queries];
            int found = 0;
            long candidates = 0;
            int[] certainty = new int[3];
            for (int i = 0; i < queries; i++)
            {
                double start = ThreadClock.Seconds;
                NeighborResult result = index.Search(sketches[ordinals[i]], query);
                times[i] = (ThreadClock.Seconds - start) * 1000;
                found += result.Neighbors.Count(neighbor => exact[i].Contains(neighbor.Ordinal));
                candidates += result.Candidates;
                certainty[(int)result.Certainty]++;
            }

            Array.Sort(times);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {sketches.Count} | {strategy} | {built:F1} | {index.SizeBytes / 1048576.0:F0} | {(double)found / (queries * Top):F3} | " +
                $"{times[queries / 2]:F2} | {times[queries * 99 / 100]:F2} | {candidates / queries} | {100.0 * certainty[0] / queries:F0} % | {100.0 * certainty[1] / queries:F0} % |"));
        }

        return exact;
    }

    internal static int[] Nearest(SketchArray sketches, int ordinal)
    {
        float[] searched = sketches[ordinal].ToArray();
        PriorityQueue<int, float> best = new();
        for (int i = 0; i < sketches.Count; i++)
        {
            float similarity = Dot(searched, sketches[i]);
            if (best.Count < Top)
            {
                best.Enqueue(i, similarity);
            }
            else
            {
                best.EnqueueDequeue(i, similarity);
            }
        }

        return [.. best.UnorderedItems.Select(item => item.Element)];
    }

    // By this program's own hand, so that the truth does not come from the code that is measured.
    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Vector<float> sum = Vector<float>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(left[i..]) * new Vector<float>(right[i..]);
        }

        float total = Vector.Sum(sum);
        for (; i < left.Length; i++)
        {
            total += left[i] * right[i];
        }

        return total;
    }

    private static void Compare(int vectors, int dimension, int queries)
    {
        SketchArray sketches = PlantedFamilies.Create(vectors, dimension);
        int[][] exact = Table(sketches, queries, [IndexStrategy.Signature, IndexStrategy.Exact]);
        string folder = Directory.CreateTempSubdirectory("hart-bench-").FullName;
        try
        {
            string path = Path.Combine(folder, "vectors.f32");
            using (FileStream file = File.Create(path))
            {
                for (int i = 0; i < vectors; i++)
                {
                    file.Write(MemoryMarshal.AsBytes<float>(sketches[i]));
                }
            }

            string truth = Path.Combine(folder, "truth.txt");
            File.WriteAllLines(truth, exact.Select((row, i) => $"{(int)((long)i * 7919 * 131 % vectors)} {string.Join(' ', row)}"));
            string script = Path.Combine(AppContext.BaseDirectory, "faiss_search.py");
            foreach (string python in (string[])["python3", "/usr/bin/python3"])
            {
                if (RunPython(python, script, path, dimension, truth))
                {
                    return;
                }
            }

            Console.WriteLine($"| {vectors} | FAISS | - | - | - | - | - | - | - | - |");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool RunPython(string python, string script, string path, int dimension, string truth)
    {
        try
        {
            using Process probe = Process.Start(new ProcessStartInfo(python, ["-c", "import faiss"]) { RedirectStandardError = true })!;
            probe.WaitForExit();
            if (probe.ExitCode != 0)
            {
                return false;
            }

            Console.Out.Flush();
            using Process run = Process.Start(new ProcessStartInfo(python, [script, path, dimension.ToString(CultureInfo.InvariantCulture), truth]))!;
            run.WaitForExit();
            return run.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // no such program
        }
    }
}
