using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// A graph or function, for the names of the tensors in it. The names that lead to it are read only when a tensor is found in it.
/// </summary>
/// <param name="id">Number of the scope in its model.</param>
/// <param name="makePrefix">Gives what stands before the names of its tensors, ending in <c>/</c>; empty for the model's graph.</param>
internal sealed class OnnxScope(int id, Func<string> makePrefix)
{
    private string? _prefix;

    /// <summary>Number of the scope in its model.</summary>
    public int Id { get; } = id;

    /// <summary>What stands before the names of its tensors.</summary>
    public string Prefix => _prefix ??= makePrefix();
}

/// <summary>What names a node and its kind, as places in the model's file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Output">Its first output that has a name.</param>
/// <param name="OpType">Its operator.</param>
/// <param name="Domain">Domain of the operator.</param>
internal readonly record struct OnnxNode(ProtobufRange Name, ProtobufRange Output, ProtobufRange OpType, ProtobufRange Domain);
