using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Npy;

/// <summary>Writes the headers of NPY files of float32 values. The values follow, row-major and little-endian.</summary>
public static class NpyWriter
{
    // "\x93NUMPY", then the version 1.0.
    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    // NumPy makes the values begin at a multiple of this.
    private const int Alignment = 64;

    /// <summary>
    /// The first bytes of a file that holds an array of float32: magic, version 1.0, the length of the rest, a Python dictionary that says
    /// <c>&lt;f4</c>, C order and the shape, spaces, the end of the line.
    /// </summary>
    /// <param name="shape">The dimensions, outermost first.</param>
    /// <exception cref="ArgumentException">The shape has so many dimensions that the header exceeds the 65,535 bytes of version 1.0.</exception>
    public static byte[] WriteHeader(TensorShape shape)
    {
        // A tuple of one has a comma behind it, as Python writes it.
        string tuple = shape.Rank == 1
            ? string.Create(CultureInfo.InvariantCulture, $"({shape.Dimensions[0]},)")
            : $"({string.Join(", ", shape.Dimensions.Select(dimension => dimension.ToString(CultureInfo.InvariantCulture)))})";
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple}, }}";
        int before = Magic.Length + sizeof(ushort);
        int total = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        if (total - before > ushort.MaxValue)
        {
            throw new ArgumentException($"A shape of {shape.Rank} dimensions does not fit into a header of version 1.0.", nameof(shape));
        }

        byte[] header = new byte[total];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(Magic.Length), (ushort)(total - before));
        header.AsSpan(before).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, header.AsSpan(before));
        header[^1] = (byte)'\n';
        return header;
    }
}
