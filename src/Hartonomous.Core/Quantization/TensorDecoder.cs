using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Quantization;

/// <summary>
/// Stored values to float32, on the calling thread, in the widest vectors of the machine. Values that float32 cannot hold are rounded to the
/// nearest, ties to even; block quantizations agree with ggml bit for bit.
/// </summary>
public static class TensorDecoder
{
    /// <summary>Whether an encoding can be decoded.</summary>
    public static bool CanDecode(TensorDtype dtype) => KernelTable.Find(dtype) is not null;

    /// <summary>Decodes the values that a span holds.</summary>
    /// <param name="dtype">How the values are stored.</param>
    /// <param name="source">
    /// Their bytes, little-endian, as many as the values take: whole blocks, and of bit-packed numbers (<c>I4</c>, <c>F6_E2M3</c>) as many
    /// whole bytes as they fill in part.
    /// </param>
    /// <param name="destination">Where the values go, in their order; its length says how many they are.</param>
    /// <param name="part">What complex numbers decode to.</param>
    /// <exception cref="ModelFormatException">
    /// The encoding has no decoder (<c>DECODE_UNSUPPORTED</c>), the values do not fill whole blocks (<c>DECODE_MISALIGNED</c>), or the bytes
    /// are fewer (<c>DECODE_TRUNCATED</c>) or more (<c>DECODE_TOO_LONG</c>) than they take.
    /// </exception>
    public static void Decode(
        TensorDtype dtype, ReadOnlySpan<byte> source, Span<float> destination, ComplexPart part = ComplexPart.Magnitude)
    {
        DecodeKernel kernel = KernelFor(dtype, part, Subject(dtype));
        CheckLength(dtype, destination.Length, source.Length, Subject(dtype));
        DecodeWhole(kernel, source, destination, DecodeKernel.HardwareWidth);
    }

    /// <summary>As <see cref="Decode(TensorDtype, ReadOnlySpan{byte}, Span{float}, ComplexPart)"/>, in vectors of a given width.</summary>
    internal static void Decode(
        TensorDtype dtype, ReadOnlySpan<byte> source, Span<float> destination, VectorWidth width, ComplexPart part = ComplexPart.Magnitude)
    {
        DecodeKernel kernel = KernelFor(dtype, part, Subject(dtype));
        CheckLength(dtype, destination.Length, source.Length, Subject(dtype));
        DecodeWhole(kernel, source, destination, width);
    }

    /// <summary>The kernel of an encoding.</summary>
    /// <exception cref="ModelFormatException">There is none (<c>DECODE_UNSUPPORTED</c>).</exception>
    internal static DecodeKernel KernelFor(TensorDtype dtype, ComplexPart part, string subject) =>
        KernelTable.Find(dtype, part)
        ?? throw new ModelFormatException(DecodeErrorCodes.Unsupported, subject, null, $"the encoding {dtype} cannot be decoded");

    /// <summary>Checks that <paramref name="bytes"/> bytes are what <paramref name="count"/> values take.</summary>
    /// <exception cref="ModelFormatException">They are not.</exception>
    internal static void CheckLength(TensorDtype dtype, long count, long bytes, string subject)
    {
        if (!dtype.TryGetPackedByteCount(count, out long needed))
        {
            throw count % dtype.Layout().Elements != 0
                ? new ModelFormatException(
                    DecodeErrorCodes.Misaligned, subject, null, $"{count} values do not fill whole blocks of {dtype.Layout().Elements}")
                : new ModelFormatException(
                    DecodeErrorCodes.Truncated, subject, bytes, $"{count} values of {dtype} take more than 2^63 - 1 bytes, but only {bytes} are there");
        }

        if (bytes < needed)
        {
            throw new ModelFormatException(
                DecodeErrorCodes.Truncated, subject, bytes, $"{count} values of {dtype} take {needed} bytes, but only {bytes} are there");
        }

        if (bytes > needed)
        {
            throw new ModelFormatException(
                DecodeErrorCodes.TooLong, subject, needed, $"{count} values of {dtype} take {needed} bytes, but {bytes} are there");
        }
    }

    /// <summary>Decodes values from the beginning of a block on; the last block may be used in part.</summary>
    internal static void DecodeWhole(DecodeKernel kernel, ReadOnlySpan<byte> source, Span<float> destination, VectorWidth width)
    {
        BlockLayout layout = kernel.Layout;
        int blocks = destination.Length / layout.Elements;
        int whole = blocks * layout.Elements;
        kernel.Decode(source[..(blocks * layout.Bytes)], destination[..whole], width);
        if (whole < destination.Length)
        {
            DecodeHead(kernel, source[(blocks * layout.Bytes)..], destination[whole..], width);
        }
    }

    /// <summary>Decodes the first values of one block, whose last bytes may be absent where they hold none of them.</summary>
    private static void DecodeHead(DecodeKernel kernel, ReadOnlySpan<byte> source, Span<float> destination, VectorWidth width)
    {
        Span<byte> block = stackalloc byte[kernel.Layout.Bytes];
        Span<float> values = stackalloc float[kernel.Layout.Elements];
        block.Clear();
        source[..Math.Min(source.Length, block.Length)].CopyTo(block);
        kernel.Decode(block, values, width);
        values[..destination.Length].CopyTo(destination);
    }

    private static string Subject(TensorDtype dtype) => $"{dtype} data";
}
