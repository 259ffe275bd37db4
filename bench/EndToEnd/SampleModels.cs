using System.Text;

namespace Hartonomous.Benchmarks.EndToEnd;

/// <summary>Two SafeTensors files of random weights: a base, and a fine-tune that differs from it in every tenth tensor.</summary>
internal static class SampleModels
{
    private const int TensorBytes = 16 << 20;

    /// <summary>Writes both.</summary>
    public static void Write(string basePath, string tunedPath, int megabytes)
    {
        int count = Math.Max(10, megabytes / 16);
        StringBuilder json = new("{");
        for (int i = 0; i < count; i++)
        {
            json.Append(i == 0 ? string.Empty : ",")
                .Append($"\"model.layers.{i}.mlp.up_proj.weight\":{{\"dtype\":\"BF16\",\"shape\":[2048,4096],")
                .Append($"\"data_offsets\":[{(long)i * TensorBytes},{(long)(i + 1) * TensorBytes}]}}");
        }

        byte[] header = Encoding.UTF8.GetBytes(json.Append('}').ToString());
        using FileStream original = File.Create(basePath);
        using FileStream tuned = File.Create(tunedPath);
        foreach (FileStream file in (FileStream[])[original, tuned])
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
        }

        byte[] weights = new byte[TensorBytes];
        for (int i = 0; i < count; i++)
        {
            new Random(i).NextBytes(weights);
            original.Write(weights);
            if (i % 10 == 9)
            {
                new Random(-i).NextBytes(weights);
            }

            tuned.Write(weights);
        }

        original.Flush(flushToDisk: true);
        tuned.Flush(flushToDisk: true);
    }
}
