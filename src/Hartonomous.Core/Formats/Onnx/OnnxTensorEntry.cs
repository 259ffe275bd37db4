using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>What a TensorProto says. Only what decides the content; its values stay where they are.</summary>
internal sealed record OnnxTensorEntry
{
    /// <summary>Where the name lies in the model's file; empty where there is none.</summary>
    public required ProtobufRange Name { get; init; }

    /// <summary>The encoding.</summary>
    public required TensorDtype Dtype { get; init; }

    /// <summary>The dimensions.</summary>
    public required TensorShape Shape { get; init; }

    /// <summary>Length of the content.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Where the stored form begins, in the model's file or in that of <see cref="Location"/>.</summary>
    public required long Offset { get; init; }

    /// <summary>Path of the file with the content relative to the model's; null where the model holds it.</summary>
    public string? Location { get; init; }

    /// <summary>The typed field that holds the values where they do not lie in one run, else null.</summary>
    public OnnxTypedData? Typed { get; init; }
}
