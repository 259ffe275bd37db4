using System.Collections.Frozen;

namespace Hartonomous.Core.Models;

/// <summary>
/// Sizes of the stored encodings. Plain types are those of the SafeTensors and ONNX specifications; ggml's blocks are the structs of
/// <c>ggml-common.h</c>, whose static assertions fix their sizes.
/// </summary>
public static class TensorDtypeExtensions
{
    private static readonly FrozenDictionary<TensorDtype, BlockLayout> Layouts = new Dictionary<TensorDtype, BlockLayout>
    {
        [TensorDtype.BOOL] = Block(1, (1, 1)),
        [TensorDtype.I2] = Block(4, (1, 1)),
        [TensorDtype.U2] = Block(4, (1, 1)),
        [TensorDtype.I4] = Block(2, (1, 1)),
        [TensorDtype.U4] = Block(2, (1, 1)),
        [TensorDtype.I8] = Block(1, (1, 1)),
        [TensorDtype.U8] = Block(1, (1, 1)),
        [TensorDtype.I16] = Block(1, (2, 1)),
        [TensorDtype.U16] = Block(1, (2, 1)),
        [TensorDtype.I32] = Block(1, (4, 1)),
        [TensorDtype.U32] = Block(1, (4, 1)),
        [TensorDtype.I64] = Block(1, (8, 1)),
        [TensorDtype.U64] = Block(1, (8, 1)),
        [TensorDtype.F4] = Block(2, (1, 1)),
        [TensorDtype.F6_E2M3] = Block(4, (1, 3)),
        [TensorDtype.F6_E3M2] = Block(4, (1, 3)),
        [TensorDtype.F8_E4M3] = Block(1, (1, 1)),
        [TensorDtype.F8_E5M2] = Block(1, (1, 1)),
        [TensorDtype.F8_E4M3FNUZ] = Block(1, (1, 1)),
        [TensorDtype.F8_E5M2FNUZ] = Block(1, (1, 1)),
        [TensorDtype.F8_E8M0] = Block(1, (1, 1)),
        [TensorDtype.F16] = Block(1, (2, 1)),
        [TensorDtype.BF16] = Block(1, (2, 1)),
        [TensorDtype.F32] = Block(1, (4, 1)),
        [TensorDtype.F64] = Block(1, (8, 1)),
        [TensorDtype.C64] = Block(1, (4, 2)),
        [TensorDtype.C128] = Block(1, (8, 2)),
        [TensorDtype.Q4_0] = Block(32, (2, 1), (1, 16)),
        [TensorDtype.Q4_1] = Block(32, (2, 2), (1, 16)),
        [TensorDtype.Q5_0] = Block(32, (2, 1), (1, 20)),
        [TensorDtype.Q5_1] = Block(32, (2, 2), (1, 20)),
        [TensorDtype.Q8_0] = Block(32, (2, 1), (1, 32)),
        [TensorDtype.Q8_1] = Block(32, (2, 2), (1, 32)),
        [TensorDtype.Q2_K] = Block(256, (1, 80), (2, 2)),
        [TensorDtype.Q3_K] = Block(256, (1, 108), (2, 1)),
        [TensorDtype.Q4_K] = Block(256, (2, 2), (1, 140)),
        [TensorDtype.Q5_K] = Block(256, (2, 2), (1, 172)),
        [TensorDtype.Q6_K] = Block(256, (1, 208), (2, 1)),
        [TensorDtype.Q8_K] = Block(256, (4, 1), (1, 256), (2, 16)),
        [TensorDtype.IQ1_S] = Block(256, (2, 1), (1, 32), (2, 8)),
        [TensorDtype.IQ1_M] = Block(256, (1, 56)),
        [TensorDtype.IQ2_XXS] = Block(256, (2, 33)),
        [TensorDtype.IQ2_XS] = Block(256, (2, 33), (1, 8)),
        [TensorDtype.IQ2_S] = Block(256, (2, 1), (1, 80)),
        [TensorDtype.IQ3_XXS] = Block(256, (2, 1), (1, 96)),
        [TensorDtype.IQ3_S] = Block(256, (2, 1), (1, 108)),
        [TensorDtype.IQ4_NL] = Block(32, (2, 1), (1, 16)),
        [TensorDtype.IQ4_XS] = Block(256, (2, 2), (1, 132)),
        [TensorDtype.TQ1_0] = Block(256, (1, 52), (2, 1)),
        [TensorDtype.TQ2_0] = Block(256, (1, 64), (2, 1)),
        [TensorDtype.MXFP4] = Block(32, (1, 17)),
        [TensorDtype.NVFP4] = Block(64, (1, 36)),
        [TensorDtype.Q1_0] = Block(128, (2, 1), (1, 16)),
        [TensorDtype.Q2_0] = Block(64, (2, 1), (1, 16)),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<TensorDtype, QuantizationType> Quantizations = Enum.GetValues<QuantizationType>()
        .Where(type => type != QuantizationType.None)
        .ToFrozenDictionary(type => Enum.Parse<TensorDtype>(type.ToString()));

    /// <summary>The block of an encoding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The encoding is unknown.</exception>
    public static BlockLayout Layout(this TensorDtype dtype) =>
        Layouts.TryGetValue(dtype, out BlockLayout? layout)
            ? layout
            : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "This encoding has no layout.");

    /// <summary>The ggml quantization an encoding is, or <see cref="QuantizationType.None"/>.</summary>
    public static QuantizationType Quantization(this TensorDtype dtype) => Quantizations.GetValueOrDefault(dtype, QuantizationType.None);

    /// <summary>
    /// Bytes of <paramref name="elements"/> values side by side. Fails where they do not fill whole blocks and where the size exceeds
    /// 2^63 - 1; <paramref name="bytes"/> is 0 then.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The encoding is unknown.</exception>
    public static bool TryGetByteCount(this TensorDtype dtype, long elements, out long bytes)
    {
        BlockLayout layout = dtype.Layout();
        bytes = 0;
        if (elements < 0 || elements % layout.Elements != 0)
        {
            return false;
        }

        UInt128 product = (UInt128)(ulong)(elements / layout.Elements) * (ulong)layout.Bytes;
        if (product > long.MaxValue)
        {
            return false;
        }

        bytes = (long)product;
        return true;
    }

    /// <summary>
    /// Bytes of <paramref name="elements"/> values where the last byte of bit-packed plain types may be filled in part, as ONNX has it: three
    /// 4-bit values take two bytes. ggml's blocks have to be whole. Fails where the size exceeds 2^63 - 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The encoding is unknown.</exception>
    public static bool TryGetPackedByteCount(this TensorDtype dtype, long elements, out long bytes)
    {
        BlockLayout layout = dtype.Layout();
        if (elements < 0 || dtype.Quantization() != QuantizationType.None)
        {
            return dtype.TryGetByteCount(elements, out bytes);
        }

        UInt128 parts = (UInt128)(ulong)elements * (ulong)layout.Bytes;
        UInt128 rounded = (parts + (ulong)layout.Elements - 1) / (ulong)layout.Elements;
        bytes = rounded > long.MaxValue ? 0 : (long)rounded;
        return rounded <= long.MaxValue;
    }

    private static BlockLayout Block(int elements, params (int Width, int Count)[] fields) =>
        new(elements, fields.Sum(field => field.Width * field.Count), fields);
}
