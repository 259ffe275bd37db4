using System.Numerics;
using System.Text;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// The keys under which the slices of partitioned variables lie: the number 0, the variable's name, the number of dimensions, start and
/// length of each, all in TensorFlow's order-preserving code (<c>EncodeTensorNameSlice</c> in
/// <c>tensorflow/core/util/saved_tensor_slice_util.cc</c>, <c>tensorflow/core/lib/strings/ordered_code.cc</c>). One character stands for a
/// byte.
/// </summary>
internal static class SliceKey
{
    private const int PayloadBits = 7;

    /// <summary>Whether a key is that of a slice. No variable's name begins with a NUL.</summary>
    public static bool IsSlice(string key) => key.Length > 0 && key[0] == '\0';

    /// <summary>The key of a slice.</summary>
    /// <param name="name">The variable's key.</param>
    /// <param name="extents">The slice.</param>
    public static string Encode(string name, IReadOnlyList<SliceExtent> extents)
    {
        StringBuilder key = new("\0");
        foreach (char c in name)
        {
            key.Append(c switch { '\0' => "\0\u00FF", '\u00FF' => "\u00FF\0", _ => c.ToString() });
        }

        key.Append("\0\u0001");
        AppendUnsigned(key, (ulong)extents.Count);
        foreach (SliceExtent extent in extents)
        {
            AppendSigned(key, extent.Start);
            AppendSigned(key, extent.Length);
        }

        return key.ToString();
    }

    // The number of bytes, then the bytes, the highest first.
    private static void AppendUnsigned(StringBuilder key, ulong value)
    {
        int length = (64 - BitOperations.LeadingZeroCount(value) + 7) / 8;
        key.Append((char)length);
        for (int i = length - 1; i >= 0; i--)
        {
            key.Append((char)(byte)(value >> (8 * i)));
        }
    }

    // As many bits 1 as there are bytes, then a 0, then the number, the highest bits first; every bit turned for negative numbers, which
    // are in two's complement.
    private static void AppendSigned(StringBuilder key, long value)
    {
        int bits = 64 - BitOperations.LeadingZeroCount((ulong)(value < 0 ? ~value : value));
        int length = (bits / PayloadBits) + 1;
        UInt128 header = (((UInt128)1 << length) - 1) << (PayloadBits * length);
        UInt128 encoded = (UInt128)(Int128)value ^ header;
        for (int i = length - 1; i >= 0; i--)
        {
            key.Append((char)(byte)(encoded >> (8 * i)));
        }
    }
}
