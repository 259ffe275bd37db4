using System.Runtime.Intrinsics;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Quantization;

/// <summary>The kernel of one encoding: its block and the four ways to decode whole blocks of it.</summary>
internal sealed class DecodeKernel
{
    private readonly Body _scalar;
    private readonly Body _width128;
    private readonly Body _width256;
    private readonly Body _width512;
    private readonly Body _best;

    private DecodeKernel(TensorDtype dtype, Body scalar, Body width128, Body width256, Body width512)
    {
        Layout = dtype.Layout();
        (_scalar, _width128, _width256, _width512) = (scalar, width128, width256, width512);
        _best = BodyOf(HardwareWidth);
    }

    private delegate void Body(ReadOnlySpan<byte> source, Span<float> destination);

    /// <summary>
    /// The widest vectors of this machine. <c>DOTNET_EnableAVX512=0</c>, <c>DOTNET_EnableAVX2=0</c> and
    /// <c>DOTNET_EnableHWIntrinsic=0</c> narrow it.
    /// </summary>
    public static VectorWidth HardwareWidth { get; } =
        Vector512.IsHardwareAccelerated ? VectorWidth.Vector512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Vector256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Vector128
        : VectorWidth.Scalar;

    /// <summary>The block of the encoding.</summary>
    public BlockLayout Layout { get; }

    /// <summary>The kernel <typeparamref name="TKernel"/> for an encoding.</summary>
    public static DecodeKernel Of<TKernel>(TensorDtype dtype)
        where TKernel : struct, IDecodeKernel =>
        new(dtype, TKernel.Scalar, TKernel.Width128, TKernel.Width256, TKernel.Width512);

    /// <summary>Decodes whole blocks in the widest vectors of this machine.</summary>
    public void Decode(ReadOnlySpan<byte> source, Span<float> destination) => _best(source, destination);

    /// <summary>Decodes whole blocks in vectors of a given width.</summary>
    public void Decode(ReadOnlySpan<byte> source, Span<float> destination, VectorWidth width) => BodyOf(width)(source, destination);

    private Body BodyOf(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => _width512,
        VectorWidth.Vector256 => _width256,
        VectorWidth.Vector128 => _width128,
        _ => _scalar,
    };
}
