using System.Collections.Frozen;
using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>The dtypes of SafeTensors, in the order of the reference implementation's enum, which is that of rising alignment.</summary>
public static class SafeTensorsDtypes
{
    private static readonly (byte[] Name, TensorDtype Dtype)[] Names = [.. All().Select(dtype => (Encoding.ASCII.GetBytes(dtype.ToString()), dtype))];

    private static readonly FrozenDictionary<TensorDtype, int> Ranks =
        Names.Select((entry, rank) => (entry.Dtype, rank)).ToFrozenDictionary(entry => entry.Dtype, entry => entry.rank);

    /// <summary>Whether SafeTensors can hold values of this kind.</summary>
    public static bool Contains(TensorDtype dtype) => Ranks.ContainsKey(dtype);

    /// <summary>
    /// Place in the order of alignment. The reference writer puts tensors in descending order of it, then by name, so that each is
    /// aligned to the size of its values.
    /// </summary>
    /// <exception cref="ArgumentException">SafeTensors has no such dtype.</exception>
    public static int AlignmentRank(TensorDtype dtype) =>
        Ranks.TryGetValue(dtype, out int rank) ? rank : throw new ArgumentException($"SafeTensors has no dtype {dtype}.", nameof(dtype));

    /// <summary>The dtype that the current string names, exactly and in capitals.</summary>
    internal static bool TryParse(in StrictJsonReader json, out TensorDtype dtype)
    {
        foreach ((byte[] name, TensorDtype candidate) in Names)
        {
            if (json.TextEquals(name))
            {
                dtype = candidate;
                return true;
            }
        }

        dtype = TensorDtype.Unknown;
        return false;
    }

    private static TensorDtype[] All() =>
    [
        TensorDtype.BOOL, TensorDtype.F4, TensorDtype.F6_E2M3, TensorDtype.F6_E3M2, TensorDtype.U8, TensorDtype.I8,
        TensorDtype.F8_E5M2, TensorDtype.F8_E4M3, TensorDtype.F8_E8M0, TensorDtype.F8_E4M3FNUZ, TensorDtype.F8_E5M2FNUZ,
        TensorDtype.I16, TensorDtype.U16, TensorDtype.F16, TensorDtype.BF16, TensorDtype.I32, TensorDtype.U32, TensorDtype.F32,
        TensorDtype.C64, TensorDtype.F64, TensorDtype.I64, TensorDtype.U64,
    ];
}
