using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// The content of a constant of 8-bit values of which the file holds the first ones as bytes; the last stands for all that follow.
/// </summary>
/// <param name="stored">Where the bytes lie; none are zeros.</param>
internal sealed class RepeatedContent(ProtobufRange stored) : TensorContent
{
    /// <inheritdoc/>
    public override ByteSource Open(ModelSource model, TensorInfo tensor)
    {
        ByteSource file = model.File(tensor.File).Bytes;
        Span<byte> last = stackalloc byte[1];
        if (stored.Length > 0)
        {
            file.ReadExactly(stored.End - 1, last);
        }

        return new ConcatenatedByteSource(
            file.Name,
            [file.Slice(stored.Offset, stored.Length), new RepeatedByteSource(file.Name, last[0], tensor.SizeBytes - stored.Length)]);
    }

    private sealed class RepeatedByteSource(string name, byte value, long length) : ByteSource
    {
        public override string Name => name;

        public override long Length => length;

        protected internal override void ReadCore(long offset, Span<byte> destination) => destination.Fill(value);
    }
}
