using System.Buffers.Binary;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization.Kernels;

namespace Hartonomous.Core.Quantization;

/// <summary>
/// Float32 to the encodings that are written: F32, F16, BF16, Q8_0 and Q4_0. The blocks are those of ggml's reference quantizers, bit for bit
/// (<c>quantize_row_q8_0_ref</c> and <c>quantize_row_q4_0_ref</c> of <c>ggml-quants.c</c>).
/// </summary>
public static class TensorEncoder
{
    private delegate void Encoder(ReadOnlySpan<float> source, Span<byte> destination);

    /// <summary>Whether values can be written in an encoding.</summary>
    public static bool CanEncode(TensorDtype dtype) => Find(dtype) is not null;

    /// <summary>Encodes values.</summary>
    /// <param name="dtype">How to store them.</param>
    /// <param name="source">The values; those of a block quantization fill whole blocks.</param>
    /// <param name="destination">Where their bytes go, little-endian; as long as the values take.</param>
    /// <exception cref="ModelFormatException">
    /// The encoding has no encoder (<c>DECODE_UNSUPPORTED</c>), the values do not fill whole blocks (<c>DECODE_MISALIGNED</c>), or the bytes
    /// are fewer (<c>DECODE_TRUNCATED</c>) or more (<c>DECODE_TOO_LONG</c>) than they take.
    /// </exception>
    public static void Encode(TensorDtype dtype, ReadOnlySpan<float> source, Span<byte> destination)
    {
        string subject = $"{dtype} data";
        Encoder encoder = Find(dtype)
            ?? throw new ModelFormatException(DecodeErrorCodes.Unsupported, subject, null, $"values cannot be written as {dtype}");
        TensorDecoder.CheckLength(dtype, source.Length, destination.Length, subject);
        encoder(source, destination);
    }

    private static Encoder? Find(TensorDtype dtype) => dtype switch
    {
        TensorDtype.F32 => ToF32,
        TensorDtype.F16 => ToF16,
        TensorDtype.BF16 => ToBF16,
        TensorDtype.Q8_0 => BlockEncoders.ToQ8_0,
        TensorDtype.Q4_0 => BlockEncoders.ToQ4_0,
        _ => null,
    };

    private static void ToF32(ReadOnlySpan<float> source, Span<byte> destination) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(source).CopyTo(destination);

    private static void ToF16(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], Float16.FromSingle(source[i]));
        }
    }

    private static void ToBF16(ReadOnlySpan<float> source, Span<byte> destination)
    {
        for (int i = 0; i < source.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[i]);
            // To the nearest, ties to even; a NaN keeps the upper bits of its payload and becomes quiet.
            uint upper = float.IsNaN(source[i]) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(2 * i)..], (ushort)upper);
        }
    }
}
