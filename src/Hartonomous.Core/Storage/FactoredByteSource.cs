using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.LinearAlgebra;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Storage;

/// <summary>
/// A content that is computed from factors as it is read. It has the same bytes on every machine: a value is one chain of fused
/// multiply-adds over the rank, to which the base's value is added, rounded once to the encoding.
/// </summary>
/// <remarks>
/// Some megabytes of rows are computed at a time, and the last few such pieces kept: readers at several places do not undo each other's work.
/// </remarks>
public sealed class FactoredByteSource : ByteSource
{
    private const long PieceValues = 1 << 20;
    private const int PiecesKept = 4;

    private readonly FactorLayout _layout;
    private readonly ByteSource _left;
    private readonly ByteSource? _base;
    private readonly TensorValues _leftValues;
    private readonly TensorValues? _baseValues;
    private readonly Lazy<Matrix> _right;
    private readonly Lock _gate = new();
    private readonly LinkedList<(long Piece, byte[] Bytes)> _pieces = [];
    private readonly ByteSource _rightSource;
    private readonly int _valueBytes;
    private readonly long _pieceRows;

    /// <summary>Takes the factors, which it owns.</summary>
    /// <param name="name">The name used in errors.</param>
    /// <param name="layout">How the content is made of them.</param>
    /// <param name="left">[m, r], row-major.</param>
    /// <param name="right">[r, n], row-major.</param>
    /// <param name="baseContent">[m, n]; null where there is no base.</param>
    /// <exception cref="Formats.ModelFormatException">A factor or the base is shorter or longer than its values take.</exception>
    public FactoredByteSource(string name, FactorLayout layout, ByteSource left, ByteSource right, ByteSource? baseContent)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Name = name;
        _layout = layout;
        _left = left;
        _rightSource = right;
        _base = baseContent;
        _valueBytes = layout.Dtype.Layout().Bytes;
        Length = layout.SizeBytes;
        _pieceRows = Math.Clamp(PieceValues / layout.Columns, 1, layout.Rows);
        _leftValues = new TensorValues(left, layout.FactorDtype, new TensorShape(layout.Rows, layout.Rank));
        TensorValues rightValues = new(right, layout.FactorDtype, new TensorShape(layout.Rank, layout.Columns));
        _baseValues = baseContent is null ? null : new TensorValues(baseContent, layout.BaseDtype!.Value, new TensorShape(layout.Rows, layout.Columns));
        _right = new Lazy<Matrix>(() => Read(rightValues, 0, layout.Rank, checked((int)layout.Columns)));
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        long pieceBytes = _pieceRows * _layout.Columns * _valueBytes;
        while (destination.Length > 0)
        {
            long piece = offset / pieceBytes;
            int within = (int)(offset - (piece * pieceBytes));
            ReadOnlySpan<byte> bytes = Piece(piece).AsSpan(within);
            int count = Math.Min(bytes.Length, destination.Length);
            bytes[..count].CopyTo(destination);
            destination = destination[count..];
            offset += count;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _left.Dispose();
        _rightSource.Dispose();
        _base?.Dispose();
        base.Dispose(disposing);
    }

    private byte[] Piece(long piece)
    {
        lock (_gate)
        {
            for (LinkedListNode<(long Piece, byte[] Bytes)>? node = _pieces.First; node is not null; node = node.Next)
            {
                if (node.Value.Piece == piece)
                {
                    _pieces.Remove(node);
                    _pieces.AddFirst(node);
                    return node.Value.Bytes;
                }
            }

            byte[] bytes = Compute(piece * _pieceRows);
            _pieces.AddFirst((piece, bytes));
            if (_pieces.Count > PiecesKept)
            {
                _pieces.RemoveLast();
            }

            return bytes;
        }
    }

    private byte[] Compute(long row)
    {
        int rows = (int)Math.Min(_pieceRows, _layout.Rows - row);
        Matrix product = MatrixProduct.Multiply(Read(_leftValues, row, rows, _layout.Rank), _right.Value);
        float[] values = product.Values;
        if (_baseValues is not null)
        {
            float[] added = new float[values.Length];
            _baseValues.ReadParallel(row * _layout.Columns, added);
            for (int i = 0; i < values.Length; i++)
            {
                values[i] += added[i];
            }
        }

        byte[] bytes = new byte[(long)values.Length * _valueBytes];
        TensorEncoder.Encode(_layout.Dtype, values, bytes);
        return bytes;
    }

    private static Matrix Read(TensorValues values, long row, int rows, int columns)
    {
        Matrix matrix = new(rows, columns);
        values.Read(row * columns, matrix.Values);
        return matrix;
    }
}
