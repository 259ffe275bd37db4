using System.Runtime.InteropServices;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>Small SafeTensors files of given values.</summary>
internal static class WeightFiles
{
    /// <summary>Bytes of a file that holds tensors of any dtype.</summary>
    public static byte[] SafeTensors(params (string Name, TensorDtype Dtype, long[] Shape, byte[] Content)[] tensors) =>
        [.. SafeTensorsWriter.WriteHeader(tensors.Select(tensor => (tensor.Name, tensor.Dtype, new TensorShape(tensor.Shape)))),
         .. tensors.SelectMany(tensor => tensor.Content)];

    /// <summary>Bytes of float32 values.</summary>
    public static byte[] Floats(IEnumerable<double> values) => MemoryMarshal.AsBytes<float>(values.Select(value => (float)value).ToArray()).ToArray();

    /// <summary>Bytes of float16 values, rounded to nearest even.</summary>
    public static byte[] Halves(IEnumerable<double> values) => MemoryMarshal.AsBytes<Half>(values.Select(value => (Half)(float)value).ToArray()).ToArray();

    /// <summary>Bytes of bfloat16 values, rounded to nearest even.</summary>
    public static byte[] BFloats(IEnumerable<double> values) =>
        [.. values.Select(value => BitConverter.SingleToUInt32Bits((float)value))
            .SelectMany(bits => BitConverter.GetBytes((ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16)))];

    /// <summary>Values that float32 holds exactly: <c>((37 i) mod 101 - 50) / 64</c>.</summary>
    public static double[] First(int count) => [.. Enumerable.Range(0, count).Select(i => (((i * 37) % 101) - 50) / 64.0)];

    /// <summary>The values of <see cref="First"/> with <c>((13 i) mod 7 - 3) / 256</c> added.</summary>
    public static double[] Second(int count) => [.. First(count).Select((value, i) => value + ((((i * 13) % 7) - 3) / 256.0))];
}
