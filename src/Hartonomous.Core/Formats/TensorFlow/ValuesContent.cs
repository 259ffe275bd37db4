using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The content of a constant whose values are written one by one, or whose last value stands for all that follow.</summary>
/// <param name="message">Where the TensorProto lies.</param>
/// <param name="field">The field with the values.</param>
internal sealed class ValuesContent(ProtobufRange message, ValueField field) : TensorContent
{
    /// <inheritdoc/>
    public override ByteSource Open(ModelSource model, TensorInfo tensor) =>
        new ValuesByteSource(model.File(tensor.File).Bytes, message, field, tensor);
}
