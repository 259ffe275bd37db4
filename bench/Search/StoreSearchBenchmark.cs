using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Benchmarks.Search;

/// <summary>
/// Recall and time of every strategy through the embedded store: <c>search store [vectors] [dimension] [queries] [folder]</c>. The sketches are
/// planted and belong to tensors of a few bytes each; all else is as a user has it.
/// </summary>
internal static class StoreSearchBenchmark
{
    private const int Top = 10;
    private const int Chunk = 10_000;

    /// <summary>Runs it. Returns the exit code.</summary>
    public static int Run(string[] arguments)
    {
        int most = Number(arguments, 0, 1_000_000);
        int dimension = Number(arguments, 1, 256);
        int queries = Number(arguments, 2, 200);
        string parent = arguments.Length > 3 ? arguments[3] : Path.GetTempPath();
        Console.WriteLine($"Embedded store; families of 20, cosines 0.5 to 0.99, dimension {dimension}, {queries} stored tensors searched for, recall@{Top}.");
        Console.WriteLine("Wall time of one thread, warm; 'first' is the first search of a process, which reads the catalog.");
        for (int count = Math.Min(10_000, most); count <= most; count *= 10)
        {
            string folder = Path.Combine(parent, $"hart-bench-{Environment.ProcessId}-{count}");
            try
            {
                Measure(folder, count, dimension, queries);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return 0;
    }

    private static int Number(string[] arguments, int at, int otherwise) =>
        arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;

    private static void Measure(string folder, int count, int dimension, int queries)
    {
        SketchArray sketches = PlantedFamilies.Create(count, dimension);
        SpatialSpace space = new(new SketchConfig(dimension), new ProjectionConfig(Dimension: dimension));
        int[] searched = [.. Enumerable.Range(0, queries).Select(i => (int)((long)i * 7919 * 131 % count))];
        int[][] truth = [.. searched.AsParallel().AsOrdered().Select(ordinal => SearchBenchmark.Nearest(sketches, ordinal))];
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(folder))
        {
            PlantTensors(folder, count, dimension);
            (double written, double indexed) = Write(store, space, sketches);
            double mebibytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1048576.0;
            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{count} tensors: sketches and keys written in {written:F1} s, indexes built in {indexed:F1} s, {mebibytes:F0} MiB on disk."));
        }

        Console.WriteLine();
        Console.WriteLine("| vectors | strategy | first s | recall@10 | median ms | p99 ms | candidates | certain | likely |");
        Console.WriteLine("|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (IndexStrategy strategy in Enum.GetValues<IndexStrategy>())
        {
            using EmbeddedStore store = EmbeddedStore.Open(folder);
            int asked = strategy == IndexStrategy.Exact ? Math.Min(queries, Math.Max(5, 2_000_000 / count)) : queries;
            Stopwatch clock = Stopwatch.StartNew();
            Search(store, space, strategy, sketches, searched[0]);
            double first = clock.Elapsed.TotalSeconds;
            for (int warm = 0; warm < Math.Min(50, asked); warm++)
            {
                Search(store, space, strategy, sketches, searched[warm]);
            }

            double[] times = new double[asked];
            int found = 0;
            long candidates = 0;
            int[] certainty = new int[3];
            for (int i = 0; i < asked; i++)
            {
                clock.Restart();
                SpatialAnswer answer = Search(store, space, strategy, sketches, searched[i]);
                times[i] = clock.Elapsed.TotalMilliseconds;
                found += answer.Hits.Count(hit => truth[i].Contains(int.Parse(hit.Tensor.Info.Name, CultureInfo.InvariantCulture)));
                candidates += answer.Candidates;
                certainty[(int)answer.Certainty]++;
            }

            Array.Sort(times);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count} | {strategy} | {first:F2} | {(double)found / (asked * Top):F3} | {times[asked / 2]:F2} | {times[asked * 99 / 100]:F2} | " +
                $"{candidates / asked} | {100.0 * certainty[0] / asked:F0} % | {100.0 * certainty[1] / asked:F0} % |"));
        }
    }

    private static SpatialAnswer Search(EmbeddedStore store, SpatialSpace space, IndexStrategy strategy, SketchArray sketches, int ordinal) =>
        store.Spatial.Search(space, SpatialLevel.Tensor, new SpatialSearch { Sketch = ToSketch(space, sketches, ordinal), Strategy = strategy, Top = Top });

    private static Sketch ToSketch(SpatialSpace space, SketchArray sketches, int ordinal) =>
        Sketch.FromValues(space.Sketch, sketches[ordinal].ToArray(), 1, space.Sketch.Dimension, 0, isConstant: false);

    private static (double Written, double Indexed) Write(EmbeddedStore store, SpatialSpace space, SketchArray sketches)
    {
        SketchProjection projection = new(space.Projection);
        Stopwatch clock = Stopwatch.StartNew();
        store.Spatial.BeginBulk(sketches.Count);
        for (int start = 0; start < sketches.Count; start += Chunk)
        {
            SpatialEntry[] entries =
            [
                .. Enumerable.Range(start, Math.Min(Chunk, sketches.Count - start)).AsParallel().AsOrdered().Select(i => new SpatialEntry(
                    i + 1, SpatialLevel.Tensor, TensorDtype.F32, SpatialRows.Whole, ToSketch(space, sketches, i), projection.Project(sketches[i]))),
            ];
            store.Spatial.Write(space, entries);
        }

        double written = clock.Elapsed.TotalSeconds;
        store.Spatial.BuildIndexes();
        return (written, clock.Elapsed.TotalSeconds - written);
    }

    private static void PlantTensors(string folder, int count, int dimension)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(folder, "hart.db")}");
        connection.Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        connection.Execute(
            """
            INSERT INTO Models (ModelId, TenantId, Name, Format, ParameterCount, TensorCount, SizeBytes, IsFolder, SourcePath, Metadata, ImportedAt)
            VALUES (1, 1, 'planted', 'SafeTensors', 0, @count, 0, 0, '/', '{}', '2026-01-01T00:00:00.000Z')
            """,
            new { count });
        using SqliteCommand atom = connection.CreateCommand();
        atom.CommandText =
            """
            INSERT INTO Atoms (AtomId, Hash, SizeBytes, ReferenceCount, FirstSeenAt, LastAccessedAt, Content) VALUES ($id, $hash, 8, 1, '', '', $content);
            INSERT INTO TensorAtoms (ModelId, Ordinal, Name, AtomId, Dtype, Shape, SizeBytes, FilePath, FileOffset, IsContiguous, IsBigEndian, LayerType)
            VALUES (1, $id, $name, $id, 'F32', $shape, 8, 'f', 0, 1, 0, 'Attention')
            """;
        SqliteParameter id = atom.Parameters.Add("$id", SqliteType.Integer);
        SqliteParameter hash = atom.Parameters.Add("$hash", SqliteType.Blob);
        SqliteParameter content = atom.Parameters.Add("$content", SqliteType.Blob);
        SqliteParameter name = atom.Parameters.Add("$name", SqliteType.Text);
        atom.Parameters.AddWithValue("$shape", $"[{dimension}]");
        for (int i = 0; i < count; i++)
        {
            byte[] bytes = BitConverter.GetBytes((long)i);
            id.Value = i + 1;
            hash.Value = SHA256.HashData(bytes);
            content.Value = bytes;
            name.Value = i.ToString(CultureInfo.InvariantCulture);
            atom.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
