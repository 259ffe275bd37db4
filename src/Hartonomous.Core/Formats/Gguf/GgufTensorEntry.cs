using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>One entry of the table of tensors.</summary>
/// <param name="Name">The name.</param>
/// <param name="Shape">The dimensions, turned: outermost first.</param>
/// <param name="Dtype">The encoding.</param>
/// <param name="Offset">Where the data begin, counted from the beginning of all tensor data.</param>
/// <param name="SizeBytes">Length of the data without padding.</param>
/// <param name="EntryStart">Where in the file the entry begins.</param>
/// <param name="EntryLength">Length of the entry in bytes; its last 8 are the offset.</param>
internal readonly record struct GgufTensorEntry(
    string Name, TensorShape Shape, TensorDtype Dtype, long Offset, long SizeBytes, long EntryStart, int EntryLength);
