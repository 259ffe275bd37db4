using System.Buffers.Binary;
using System.Globalization;

namespace Hartonomous.Tests.Support;

/// <summary>SafeTensors files of F32 tensors with given values.</summary>
internal sealed class FloatModel
{
    private readonly List<string> _entries = [];
    private readonly List<byte> _data = [];

    /// <summary>Adds a tensor.</summary>
    public FloatModel Add(string name, long[] shape, params float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return Add(name, "F32", shape, bytes);
    }

    /// <summary>Adds a tensor of any encoding.</summary>
    public FloatModel Add(string name, string dtype, long[] shape, byte[] bytes)
    {
        string dimensions = string.Join(',', shape.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture)));
        _entries.Add(SafeTensorsBuilder.Tensor(name, dtype, $"[{dimensions}]", _data.Count, _data.Count + bytes.Length));
        _data.AddRange(bytes);
        return this;
    }

    /// <summary>The bytes of the file.</summary>
    public byte[] Build() => SafeTensorsBuilder.File($"{{{string.Join(',', _entries)}}}", _data.ToArray());

    /// <summary>Values that look like weights: equal for equal seeds, none of them zero.</summary>
    public static float[] Noise(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1.0001f)];
    }
}
