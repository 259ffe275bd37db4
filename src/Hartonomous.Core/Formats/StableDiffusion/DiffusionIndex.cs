using System.Collections.Frozen;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>
/// The shapes of those tensors that the rules ask about, by part and name. One pass over the tensors; names that no rule knows cost no
/// memory, however many and however long they are.
/// </summary>
internal sealed class DiffusionIndex
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known = DiffusionRules.All
        .SelectMany(rule => rule.Tests)
        .SelectMany(test => test.Keys)
        .ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly Dictionary<(DiffusionPart Part, string Key), TensorShape> _shapes = [];
    private readonly int[] _counts = new int[Enum.GetValues<DiffusionPart>().Length];

    public DiffusionIndex(IReadOnlyList<TensorInfo> tensors)
    {
        foreach (TensorInfo tensor in tensors)
        {
            DiffusionPart part = DiffusionNaming.Find(tensor, out ReadOnlySpan<char> key);
            _counts[(int)part]++;
            Add(part, key, tensor.Shape);
            if (part == DiffusionPart.Bare && (After(key, "model.") ?? After(key, "net.")) is { } inner)
            {
                // A part that was saved as the one attribute of its trainer.
                Add(part, key[inner..], tensor.Shape);
            }
        }
    }

    /// <summary>Number of tensors in a part.</summary>
    public int Count(DiffusionPart part) => _counts[(int)part];

    /// <summary>The shape of the first tensor of a name.</summary>
    public bool TryFind(DiffusionPart part, string key, out TensorShape shape) => _shapes.TryGetValue((part, key), out shape);

    private static int? After(ReadOnlySpan<char> key, string prefix) =>
        key.StartsWith(prefix, StringComparison.Ordinal) ? prefix.Length : null;

    private void Add(DiffusionPart part, ReadOnlySpan<char> key, TensorShape shape)
    {
        if (Known.TryGetValue(key, out string? name))
        {
            _shapes.TryAdd((part, name), shape);
        }
    }
}
