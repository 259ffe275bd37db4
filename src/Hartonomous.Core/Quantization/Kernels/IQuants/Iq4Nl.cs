using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ4_NL: 32 values in 18 bytes. d as a half, 16 bytes of 4-bit codes: values 0-15 in the lower halves, 16-31 in the upper ones. A value is
/// <c>d * level[code]</c>.
/// </summary>
internal readonly unsafe struct Iq4Nl : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 18;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes, destination += 32)
        {
            float d = Bytes.Half(source);
            for (int i = 0; i < 16; i++)
            {
                destination[i] = d * Iq4Values.Levels[source[2 + i] & 15];
                destination[i + 16] = d * Iq4Values.Levels[source[2 + i] >> 4];
            }
        }
    }

    /// <inheritdoc/>
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        for (; blocks > 0; blocks--, source += BlockBytes, destination += 32)
        {
            float d = Bytes.Half(source);
            Vector128<byte> codes = Bytes.Load(source + 2);
            TLanes.Store(Iq4Values.Of(codes & Vector128.Create((byte)15)), d, destination);
            TLanes.Store(Iq4Values.Of(Bytes.Right(codes, 4, 15)), d, destination + 16);
        }
    }
}
