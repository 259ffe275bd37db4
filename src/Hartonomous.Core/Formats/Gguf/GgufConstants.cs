using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>Numbers and names of the format: <c>docs/gguf.md</c>, <c>include/gguf.h</c> and <c>include/ggml.h</c> of ggml.</summary>
public static class GgufConstants
{
    /// <summary>Alignment of the tensor data where the file names none, in bytes.</summary>
    public const uint DefaultAlignment = 32;

    /// <summary>The last version there is.</summary>
    public const uint LastVersion = 3;

    /// <summary>Most dimensions of a tensor.</summary>
    public const int MaxRank = 4;

    /// <summary>Longest metadata key in bytes.</summary>
    public const int MaxKeyBytes = 65_535;

    /// <summary>Key of the alignment, a UINT32.</summary>
    public const string AlignmentKey = "general.alignment";

    /// <summary>Key of the architecture, a STRING.</summary>
    public const string ArchitectureKey = "general.architecture";

    /// <summary>Key of the model's name, a STRING.</summary>
    public const string NameKey = "general.name";

    /// <summary>Key of what most tensors are stored as, a UINT32: <c>enum llama_ftype</c> of llama.cpp's <c>include/llama.h</c>.</summary>
    public const string FileTypeKey = "general.file_type";

    /// <summary>Key of the version of the quantized types, a UINT32.</summary>
    public const string QuantizationVersionKey = "general.quantization_version";

    /// <summary>The version of the quantized types: <c>GGML_QNT_VERSION</c> of <c>include/ggml.h</c>.</summary>
    public const uint QuantizationVersion = 2;

    /// <summary>Key of the place of a file among those of a split model, counted from 0.</summary>
    public const string SplitNoKey = "split.no";

    /// <summary>Key of the number of files of a split model.</summary>
    public const string SplitCountKey = "split.count";

    /// <summary>Key of the number of tensors in all files of a split model.</summary>
    public const string SplitTensorsCountKey = "split.tensors.count";

    /// <summary>What the keys that belong to a split begin with.</summary>
    public const string SplitPrefix = "split.";

    // The place in the list is the id. Types without a layout were removed from the format.
    private static readonly TensorDtype?[] Dtypes =
    [
        TensorDtype.F32, TensorDtype.F16, TensorDtype.Q4_0, TensorDtype.Q4_1,
        null, null,
        TensorDtype.Q5_0, TensorDtype.Q5_1, TensorDtype.Q8_0, TensorDtype.Q8_1,
        TensorDtype.Q2_K, TensorDtype.Q3_K, TensorDtype.Q4_K, TensorDtype.Q5_K, TensorDtype.Q6_K, TensorDtype.Q8_K,
        TensorDtype.IQ2_XXS, TensorDtype.IQ2_XS, TensorDtype.IQ3_XXS, TensorDtype.IQ1_S, TensorDtype.IQ4_NL, TensorDtype.IQ3_S,
        TensorDtype.IQ2_S, TensorDtype.IQ4_XS,
        TensorDtype.I8, TensorDtype.I16, TensorDtype.I32, TensorDtype.I64, TensorDtype.F64,
        TensorDtype.IQ1_M, TensorDtype.BF16,
        null, null, null,
        TensorDtype.TQ1_0, TensorDtype.TQ2_0,
        null, null, null,
        TensorDtype.MXFP4, TensorDtype.NVFP4, TensorDtype.Q1_0, TensorDtype.Q2_0,
    ];

    /// <summary>One more than the largest id of a ggml type.</summary>
    public static int TypeCount => Dtypes.Length;

    /// <summary>The four bytes at the beginning of most files.</summary>
    internal static ReadOnlySpan<byte> Magic => "GGUF"u8;

    /// <summary>The magic number as a big-endian machine writes it.</summary>
    internal static ReadOnlySpan<byte> SwappedMagic => "FUGG"u8;

    /// <summary>The encoding with a ggml type's id, or null where the id is that of no type or of a removed one.</summary>
    public static TensorDtype? FindDtype(uint id) => id < Dtypes.Length ? Dtypes[id] : null;

    /// <summary>The ggml type's id of an encoding; false where ggml has no such type.</summary>
    public static bool TryGetTypeId(TensorDtype dtype, out uint id)
    {
        int index = Array.IndexOf(Dtypes, dtype);
        id = (uint)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Whether the id is that of a type that ggml had and removed: Q4_2, Q4_3 and the repacked Q4_0 and IQ4_NL.</summary>
    public static bool IsRemoved(uint id) => id < Dtypes.Length && Dtypes[id] is null;
}
