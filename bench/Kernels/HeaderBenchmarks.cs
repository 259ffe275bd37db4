using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Hartonomous.Core.Formats;

namespace Hartonomous.Benchmarks.Kernels;

/// <summary>Opening a model of 10,000 tensors: what an inspection of a file costs once the program has started.</summary>
[MemoryDiagnoser]
public class HeaderBenchmarks
{
    private string _folder = string.Empty;
    private ModelLocation _location = null!;

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("hart-bench-").FullName;
        string path = Path.Combine(_folder, "many.safetensors");
        StringBuilder header = new("{");
        for (int i = 0; i < 10_000; i++)
        {
            header.Append(i == 0 ? string.Empty : ",")
                .Append(CultureInfo.InvariantCulture, $"\"model.layers.{i / 10}.self_attn.proj_{i % 10}.weight\":{{\"dtype\":\"F32\",")
                .Append(CultureInfo.InvariantCulture, $"\"shape\":[2,4],\"data_offsets\":[{i * 32},{(i + 1) * 32}]}}");
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        using (FileStream file = File.Create(path))
        {
            file.Write(BitConverter.GetBytes((long)json.Length));
            file.Write(json);
            file.SetLength(file.Length + 320_000);
        }

        _location = ModelReader.Locate(path)[0];
    }

    /// <summary>Removes the file.</summary>
    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(_folder, recursive: true);

    /// <summary>Opens and closes the model.</summary>
    [Benchmark]
    public int OpenSafeTensorsOf10000Tensors()
    {
        using ModelSource source = ModelReader.Open(_location);
        return source.Metadata.Tensors.Count;
    }
}
