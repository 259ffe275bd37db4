namespace Hartonomous.Core.Models;

/// <summary>What a model's files say about it, without its weights.</summary>
public sealed record ModelMetadata
{
    /// <summary>The container.</summary>
    public required ModelFormat Format { get; init; }

    /// <summary>What kind of model the container holds or which version of the format it is, where known (<c>GGUF v3</c>).</summary>
    public string? Variant { get; init; }

    /// <summary>The architecture the model names (<c>llama</c>, <c>Qwen2ForCausalLM</c>), or null.</summary>
    public string? Architecture { get; init; }

    /// <summary>Number of values in all tensors; 2^63 - 1 where there are more, as shapes alone may claim.</summary>
    public long ParameterCount =>
        (long)UInt128.Min(Tensors.Aggregate(UInt128.Zero, (sum, tensor) => sum + (ulong)tensor.Shape.ElementCount), long.MaxValue);

    /// <summary>The format's own key-value metadata, in the order of the file.</summary>
    public required IReadOnlyDictionary<string, MetadataValue> Metadata { get; init; }

    /// <summary>The tensors, in the order of the files' tables.</summary>
    public required IReadOnlyList<TensorInfo> Tensors { get; init; }

    /// <summary>What is odd but allowed, in words for a person (an extension that does not fit the content, say).</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
