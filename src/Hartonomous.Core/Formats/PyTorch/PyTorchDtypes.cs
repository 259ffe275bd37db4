using System.Collections.Frozen;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>PyTorch's names of kinds of values: storage classes, tensor classes and dtypes.</summary>
internal static class PyTorchDtypes
{
    /// <summary>The class of storages that are counted in bytes.</summary>
    public const string Untyped = "UntypedStorage";

    // Kinds that are known by name only: no TensorDtype holds them, and a tensor of such a kind is refused.
    private static readonly string[] Foreign =
    [
        "complex32", "chalf", "quint4x2", "quint2x4", "bits8", "bits16", "bits1x8", "bits2x4", "bits4x2", "float4_e2m1fn_x2",
        "int1", "int2", "int3", "int4", "int5", "int6", "int7", "uint1", "uint2", "uint3", "uint4", "uint5", "uint6", "uint7",
    ];

    private static readonly FrozenDictionary<string, TensorDtype> Dtypes = new Dictionary<string, TensorDtype>(StringComparer.Ordinal)
    {
        ["float64"] = TensorDtype.F64,
        ["double"] = TensorDtype.F64,
        ["float32"] = TensorDtype.F32,
        ["float"] = TensorDtype.F32,
        ["float16"] = TensorDtype.F16,
        ["half"] = TensorDtype.F16,
        ["bfloat16"] = TensorDtype.BF16,
        ["int64"] = TensorDtype.I64,
        ["long"] = TensorDtype.I64,
        ["int32"] = TensorDtype.I32,
        ["int"] = TensorDtype.I32,
        ["int16"] = TensorDtype.I16,
        ["short"] = TensorDtype.I16,
        ["int8"] = TensorDtype.I8,
        ["uint8"] = TensorDtype.U8,
        ["uint16"] = TensorDtype.U16,
        ["uint32"] = TensorDtype.U32,
        ["uint64"] = TensorDtype.U64,
        ["bool"] = TensorDtype.BOOL,
        ["complex64"] = TensorDtype.C64,
        ["cfloat"] = TensorDtype.C64,
        ["complex128"] = TensorDtype.C128,
        ["cdouble"] = TensorDtype.C128,
        ["float8_e4m3fn"] = TensorDtype.F8_E4M3,
        ["float8_e5m2"] = TensorDtype.F8_E5M2,
        ["float8_e4m3fnuz"] = TensorDtype.F8_E4M3FNUZ,
        ["float8_e5m2fnuz"] = TensorDtype.F8_E5M2FNUZ,
        ["float8_e8m0fnu"] = TensorDtype.F8_E8M0,
        ["qint8"] = TensorDtype.I8,
        ["quint8"] = TensorDtype.U8,
        ["qint32"] = TensorDtype.I32,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, TensorDtype> Classes = new Dictionary<string, TensorDtype>(StringComparer.Ordinal)
    {
        ["Double"] = TensorDtype.F64,
        ["Float"] = TensorDtype.F32,
        ["Half"] = TensorDtype.F16,
        ["BFloat16"] = TensorDtype.BF16,
        ["Long"] = TensorDtype.I64,
        ["Int"] = TensorDtype.I32,
        ["Short"] = TensorDtype.I16,
        ["Char"] = TensorDtype.I8,
        ["Byte"] = TensorDtype.U8,
        ["Bool"] = TensorDtype.BOOL,
        ["ComplexFloat"] = TensorDtype.C64,
        ["ComplexDouble"] = TensorDtype.C128,
        ["QInt8"] = TensorDtype.I8,
        ["QUInt8"] = TensorDtype.U8,
        ["QInt32"] = TensorDtype.I32,
        ["QUInt4x2"] = TensorDtype.Unknown,
        ["QUInt2x4"] = TensorDtype.Unknown,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a global is a dtype, a storage class or a tensor class of PyTorch.</summary>
    public static bool IsKnown(PickleGlobal global) => global.Module switch
    {
        "torch" => Dtypes.ContainsKey(global.Name) || Foreign.Contains(global.Name) || IsClass(global.Name, "Storage") ||
            IsClass(global.Name, "Tensor") || global.Name == Untyped,
        "torch.cuda" => IsClass(global.Name, "Storage") || IsClass(global.Name, "Tensor"),
        "torch.storage" => global.Name is Untyped or "TypedStorage",
        _ => false,
    };

    /// <summary>
    /// The dtype of a storage class. That of an untyped storage, which is counted in bytes, is U8. Fails for what is no storage class, and
    /// for those whose values no <see cref="TensorDtype"/> holds.
    /// </summary>
    public static bool TryGetStorage(PickleGlobal global, out TensorDtype dtype)
    {
        dtype = TensorDtype.U8;
        if (global.Name == Untyped && global.Module is "torch" or "torch.storage")
        {
            return true;
        }

        const string Suffix = "Storage";
        return global.Module is "torch" or "torch.cuda" && global.Name.EndsWith(Suffix, StringComparison.Ordinal) &&
            Classes.TryGetValue(global.Name[..^Suffix.Length], out dtype) && dtype != TensorDtype.Unknown;
    }

    /// <summary>The dtype that a global names (<c>torch.float8_e4m3fn</c>).</summary>
    public static bool TryGetDtype(PickleGlobal global, out TensorDtype dtype)
    {
        dtype = TensorDtype.Unknown;
        return global.Module == "torch" && Dtypes.TryGetValue(global.Name, out dtype);
    }

    private static bool IsClass(string name, string suffix) =>
        name.EndsWith(suffix, StringComparison.Ordinal) && Classes.ContainsKey(name[..^suffix.Length]);
}
