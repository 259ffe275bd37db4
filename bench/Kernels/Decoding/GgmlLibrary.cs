using System.Runtime.InteropServices;
using Hartonomous.Core.Models;

namespace Hartonomous.Benchmarks.Kernels.Decoding;

/// <summary>
/// The reference decoders of a ggml library: <c>void dequantize_row_q4_K(const void *blocks, float *values, int64_t count)</c> and its like.
/// </summary>
internal sealed unsafe class GgmlLibrary
{
    private readonly nint _handle;

    private GgmlLibrary(nint handle) => _handle = handle;

    /// <summary>Loads the library of a path, or gives null where there is no path.</summary>
    /// <exception cref="DllNotFoundException">It cannot be loaded.</exception>
    public static GgmlLibrary? Load(string? path) => string.IsNullOrEmpty(path) ? null : new GgmlLibrary(NativeLibrary.Load(Path.GetFullPath(path)));

    /// <summary>The library's decoder of an encoding, or null where it has none.</summary>
    public delegate* unmanaged[Cdecl]<byte*, float*, long, void> Find(TensorDtype dtype) =>
        SymbolOf(dtype) is { } symbol && NativeLibrary.TryGetExport(_handle, symbol, out nint address)
            ? (delegate* unmanaged[Cdecl]<byte*, float*, long, void>)address
            : null;

    private static string? SymbolOf(TensorDtype dtype) => dtype switch
    {
        TensorDtype.F16 => "ggml_fp16_to_fp32_row",
        TensorDtype.BF16 => "ggml_bf16_to_fp32_row",
        // ggml writes types in lower case, but the K of the K-quants.
        _ when dtype.Quantization() == QuantizationType.None => null,
        _ => "dequantize_row_" + dtype.ToString().ToLowerInvariant().Replace("_k", "_K", StringComparison.Ordinal),
    };
}
