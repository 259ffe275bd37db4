using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>What is gathered while the files of one model are read.</summary>
/// <param name="limits">What is accepted.</param>
internal sealed class ModelContents(ReadLimits limits)
{
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);

    /// <summary>What is accepted.</summary>
    public ReadLimits Limits => limits;

    /// <summary>The memory for tables and metadata.</summary>
    public HeaderBudget Budget { get; } = new(limits.TensorFlowHeaderMemory);

    /// <summary>The tensors in the order of the files.</summary>
    public List<TensorInfo> Tensors { get; } = [];

    /// <summary>The content of those that are more than a run of bytes.</summary>
    public Dictionary<(string Name, string File, long Offset), TensorContent> Contents { get; } = [];

    /// <summary>Metadata in the order of the files.</summary>
    public Dictionary<string, MetadataValue> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The architecture, where something names one.</summary>
    public string? Architecture { get; set; }

    /// <summary>Operations that reach beyond the graph when it runs, and how often they occur.</summary>
    public SortedDictionary<string, int> Operations { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of constants that are one value repeated.</summary>
    public Int128 FillBytes { get; set; }

    /// <summary>Adds a tensor.</summary>
    public void Add(TensorInfo tensor, TensorContent? content)
    {
        (LayerType layerType, int? layerIndex) = LayerClassifier.Classify(tensor.Name);
        Tensors.Add(tensor with { LayerType = layerType, LayerIndex = layerIndex });
        if (content is not null)
        {
            Contents.Add((tensor.Name, tensor.File, tensor.Offset), content);
        }
    }

    /// <summary>Counts a tensor that is not read because its values are no plain numbers.</summary>
    public void Skip(int dtype)
    {
        string name = TensorFlowDtypes.Name(dtype);
        _skipped[name] = _skipped.GetValueOrDefault(name) + 1;
    }

    /// <summary>What a person should know of the model.</summary>
    public IEnumerable<string> Warnings()
    {
        foreach ((string dtype, int count) in _skipped)
        {
            string are = count == 1 ? $"1 tensor of {dtype} is" : $"{count} tensors of {dtype} are";
            yield return $"{are} kept in the file only: no plain numbers";
        }

        if (Operations.Count > 0)
        {
            string names = string.Join(", ", Operations.Select(operation => $"{operation.Key} ({operation.Value})"));
            yield return $"the graph holds operations that reach files or run code when TensorFlow runs it: {names}";
        }
    }
}
