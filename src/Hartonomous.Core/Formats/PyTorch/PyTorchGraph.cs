using System.Globalization;
using System.Numerics;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Walks what a pickle holds and names the tensors by their path: keys, attributes and places in lists, with a dot between them
/// (<c>optimizer.state.0.exp_avg</c>).
/// </summary>
internal sealed class PyTorchGraph
{
    private const int MaxName = 4096;
    private const int MaxMetadata = 1000;

    /// <summary>The name of a tensor that is all there is in the file.</summary>
    private const string LoneName = "tensor";

    private readonly string _file;
    private readonly ReadLimits _limits;
    private readonly PyTorchRebuild _rebuild;
    private readonly HashSet<object> _path = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Name, PyTorchView View)> _tensors = [];
    private long _visits;
    private long _nameLength;

    public PyTorchGraph(string file, ReadLimits limits)
    {
        _file = file;
        _limits = limits;
        _rebuild = new PyTorchRebuild(file, limits);
    }

    /// <summary>The tensors in the order of the pickles.</summary>
    public IReadOnlyList<(string Name, PyTorchView View)> Tensors => _tensors;

    /// <summary>How many tensors have no values in the file.</summary>
    public int WithoutValues { get; private set; }

    /// <summary>Takes up the tensors in a value.</summary>
    /// <param name="root">The value.</param>
    /// <param name="name">Its own name; empty for the file's main pickle.</param>
    public void Add(object? root, string name) => Walk(root, name, 0);

    /// <summary>The plain numbers and texts of the outermost dictionary, which tell of the training: epochs, steps, versions.</summary>
    public static IEnumerable<KeyValuePair<string, MetadataValue>> Scalars(object? root)
    {
        Dictionary<string, MetadataValue> found = new(StringComparer.Ordinal);
        foreach ((object? key, object? value) in (root as PickleDict)?.Entries ?? [])
        {
            MetadataValue? scalar = value switch
            {
                bool flag => MetadataValue.Of("bool", flag),
                long number => MetadataValue.Of("int", number),
                double number => MetadataValue.Of("float", number),
                string text => MetadataValue.Of("str", text),
                _ => null,
            };
            if (key is string name && scalar is not null && found.Count < MaxMetadata)
            {
                found[name] = scalar;
            }
        }

        return found;
    }

    private void Walk(object? value, string name, int depth)
    {
        if (++_visits > _limits.PickleOpcodes)
        {
            throw Error(PyTorchErrorCodes.Expansion,
                $"containers that hold each other many times would give more than {_limits.PickleOpcodes} values");
        }

        if (value is PickleCall call)
        {
            AddTensors(call, name);
            return;
        }

        if (value is not (PickleDict or PickleList or PickleTuple or PickleObject))
        {
            return;
        }

        if (depth == _limits.PyTorchDepth)
        {
            throw Error(PyTorchErrorCodes.Depth, $"values are nested deeper than {_limits.PyTorchDepth} levels");
        }

        if (!_path.Add(value))
        {
            throw Error(PyTorchErrorCodes.Cycle, $"{Describe(name)} holds itself");
        }

        WalkItems(value, name, depth + 1);
        _path.Remove(value);
    }

    private void WalkItems(object value, string name, int depth)
    {
        switch (value)
        {
            case PickleDict dict:
                foreach ((object? key, object? item) in LastOfEachKey(dict))
                {
                    WalkEntry(key, item, name, depth);
                }

                break;
            case PickleObject module:
                Walk(module.State, name, depth);
                break;
            default:
                IReadOnlyList<object?> items = value is PickleTuple tuple ? tuple.Items : ((PickleList)value).Items;
                for (int i = 0; i < items.Count; i++)
                {
                    WalkEntry((long)i, items[i], name, depth);
                }

                break;
        }
    }

    private void WalkEntry(object? key, object? item, string name, int depth)
    {
        if (item is not (PickleDict or PickleList or PickleTuple or PickleObject or PickleCall))
        {
            _visits++;
            return;
        }

        string text = TextOf(key) ?? throw Error(PyTorchErrorCodes.Name, $"a value of {Describe(name)} has a key that is no name");
        if (name.Length + text.Length >= MaxName)
        {
            throw Error(PyTorchErrorCodes.Name, $"the names below {Describe(name)} are longer than {MaxName} characters");
        }

        _nameLength += name.Length + text.Length;
        if (_nameLength > _limits.PickleTextTotal)
        {
            throw Error(PyTorchErrorCodes.Expansion, $"the names are longer than {_limits.PickleTextTotal} characters together");
        }

        Walk(item, name.Length == 0 ? text : $"{name}.{text}", depth);
    }

    private void AddTensors(PickleCall call, string name)
    {
        IReadOnlyList<(string Part, PyTorchView View)> made = _rebuild.Make(call);
        if (made.Count == 0)
        {
            WithoutValues++;
        }

        foreach ((string part, PyTorchView view) in made)
        {
            string full = (name.Length == 0 ? LoneName : name) + part;
            if (!_names.Add(full))
            {
                throw Error(PyTorchErrorCodes.DuplicateTensor, $"two tensors have the name {ErrorText.Quote(full)}");
            }

            if (_tensors.Count == _limits.PyTorchTensors)
            {
                throw Error(PyTorchErrorCodes.TensorCount, $"the file has more than {_limits.PyTorchTensors} tensors");
            }

            _tensors.Add((full, view));
        }
    }

    // As Python has it: a key that is set again keeps its place and takes the new value.
    private static IEnumerable<(object? Key, object? Value)> LastOfEachKey(PickleDict dict)
    {
        OrderedDictionary<object, object?> last = new(dict.Entries.Count);
        foreach ((object? key, object? value) in dict.Entries)
        {
            last[key ?? DBNull.Value] = value;
        }

        return last.Select(entry => (entry.Key is DBNull ? null : (object?)entry.Key, entry.Value));
    }

    private static string? TextOf(object? key) => key switch
    {
        null => "None",
        string text => text,
        bool flag => flag ? "True" : "False",
        long or BigInteger or double => Convert.ToString(key, CultureInfo.InvariantCulture),
        PickleGlobal global => global.FullName,
        PickleTuple { Items.Length: <= 8 } tuple when tuple.Items.All(item => item is string or long) =>
            $"({string.Join(", ", tuple.Items)})",
        _ => null,
    };

    private static string Describe(string name) => name.Length == 0 ? "the outermost value" : ErrorText.Quote(name);

    private ModelFormatException Error(string code, string problem) => new(code, _file, null, problem);
}
