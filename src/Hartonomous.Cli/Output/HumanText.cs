using System.Globalization;
using Hartonomous.Core.Models;

namespace Hartonomous.Cli.Output;

/// <summary>Figures as people read them.</summary>
internal static class HumanText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>A number of bytes in binary units: <c>1.5 MiB</c>.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;

        // 1023.95 and more would round to 1024.0 of the smaller unit.
        while (Math.Abs(value) >= (unit == 0 ? 1024 : 1023.95) && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return $"{value.ToString(unit == 0 ? "F0" : "F1", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>A number with its thousands parted: <c>1,234,567</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Dimensions: <c>4096×11008</c>; a scalar is <c>scalar</c>.</summary>
    public static string Shape(TensorShape shape) => shape.Rank == 0 ? "scalar" : string.Join('×', shape.Dimensions);

    /// <summary>A duration: <c>0.3 s</c>, <c>2 min 05 s</c>, <c>3 h 07 min</c>.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 59.95)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:F1} s");
        }

        long whole = (long)Math.Round(seconds);
        return whole < 3600
            ? string.Create(CultureInfo.InvariantCulture, $"{whole / 60} min {whole % 60:00} s")
            : string.Create(CultureInfo.InvariantCulture, $"{whole / 3600} h {whole % 3600 / 60:00} min");
    }

    /// <summary>A part of a whole: <c>55 %</c>; of nothing, <c>0 %</c>.</summary>
    public static string Share(long part, long whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{(whole == 0 ? 0 : 100.0 * part / whole):F0} %");

    /// <summary>A number and its noun: <c>1 model</c>, <c>3 models</c>.</summary>
    public static string Plural(long number, string noun) => $"{Count(number)} {noun}{(number == 1 ? string.Empty : "s")}";

    /// <summary>A container's name as its makers write it.</summary>
    public static string Format(ModelFormat format) => format switch
    {
        ModelFormat.Gguf => "GGUF",
        ModelFormat.Onnx => "ONNX",
        _ => format.ToString(),
    };

    /// <summary>The layer of a tensor: <c>Attention 12</c>; a dash where it is not known.</summary>
    public static string Layer(TensorInfo tensor) => (tensor.LayerType, tensor.LayerIndex) switch
    {
        (LayerType.Unknown, null) => "-",
        (LayerType.Unknown, { } index) => Count(index),
        (LayerType type, null) => type.ToString(),
        (LayerType type, { } index) => $"{type} {index}",
    };
}
