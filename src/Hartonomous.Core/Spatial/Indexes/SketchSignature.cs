namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Makes the signatures of sketches: a bit a dimension of the rotated sketch, set where it is positive. For one thread.</summary>
/// <param name="rotation">The rotation, which belongs to the sketches' dimension.</param>
internal sealed class SketchSignature(RandomRotation rotation)
{
    private readonly float[] _rotated = new float[rotation.Length];
    private readonly byte[] _signature = new byte[rotation.Length / 8];

    /// <summary>The signature of a sketch, bit b of byte c that of dimension 8c + b; overwritten by the next.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<float> sketch)
    {
        rotation.Rotate(sketch, _rotated);
        for (int column = 0; column < _signature.Length; column++)
        {
            int bits = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                bits |= (_rotated[(8 * column) + bit] > 0 ? 1 : 0) << bit;
            }

            _signature[column] = (byte)bits;
        }

        return _signature;
    }
}
