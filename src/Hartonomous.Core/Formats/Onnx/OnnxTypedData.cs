using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>Values that a message holds as numbers of a repeated field, packed, one by one, or both.</summary>
/// <param name="Message">Where the message lies in the model's file.</param>
/// <param name="Field">Number of the field.</param>
/// <param name="Type">What the numbers stand for.</param>
internal sealed record OnnxTypedData(ProtobufRange Message, int Field, OnnxDataType Type);
