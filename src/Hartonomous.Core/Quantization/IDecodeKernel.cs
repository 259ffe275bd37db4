namespace Hartonomous.Core.Quantization;

/// <summary>
/// Decodes one encoding to float32, in four ways that agree bit for bit. The caller has checked the lengths: the source holds whole blocks
/// of the encoding's <see cref="Models.BlockLayout"/>, any number of them, and the destination just their values.
/// </summary>
/// <remarks>
/// Each way gives the right values on every machine: vectors that the hardware does not have are emulated, and instructions of one
/// processor stand behind their <c>IsSupported</c>. A way that has nothing to gain from its width calls the narrower one. Neither span is
/// aligned.
/// </remarks>
internal interface IDecodeKernel
{
    /// <summary>Decodes value by value: the definition the others are tested against.</summary>
    static abstract void Scalar(ReadOnlySpan<byte> source, Span<float> destination);

    /// <summary>Decodes in vectors of 128 bits.</summary>
    static abstract void Width128(ReadOnlySpan<byte> source, Span<float> destination);

    /// <summary>Decodes in vectors of 256 bits.</summary>
    static abstract void Width256(ReadOnlySpan<byte> source, Span<float> destination);

    /// <summary>Decodes in vectors of 512 bits.</summary>
    static abstract void Width512(ReadOnlySpan<byte> source, Span<float> destination);
}
