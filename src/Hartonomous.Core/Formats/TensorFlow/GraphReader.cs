using System.Collections.Frozen;
using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Reads a GraphDef (<c>tensorflow/core/framework/graph.proto</c>): node 1 {name 1, op 2, attr 5}, library 2 {function 1 {signature 1
/// {name 1},
/// node_def 3}}, versions 4. Constants become tensors; of all other nodes only the operation is looked at.
/// </summary>
/// <param name="reader">The file.</param>
/// <param name="path">Path of the file in its model.</param>
/// <param name="contents">Takes what is found.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class GraphReader(ProtobufReader reader, string path, ModelContents contents, CancellationToken cancellation)
{
    // No operation that is looked for has a longer name.
    private const int LongestOperation = 32;

    // Run Python or native code, read or write files by name.
    private static readonly FrozenSet<string> Reaching = FrozenSet.ToFrozenSet(
        [
            "PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile", "MatchingFiles", "WholeFileReader", "WholeFileReaderV2",
            "TextLineReader", "TextLineReaderV2", "FixedLengthRecordReader", "FixedLengthRecordReaderV2", "LoadLibrary", "ShellExecute",
        ],
        StringComparer.Ordinal);

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _functions = new(StringComparer.Ordinal);

    /// <summary>Number of nodes, those of functions included.</summary>
    public long NodeCount { get; private set; }

    /// <summary>Version of TensorFlow's graphs that the writer knew, or null.</summary>
    public int? Producer { get; private set; }

    /// <summary>Reads the fields of the message that the reader is in.</summary>
    /// <param name="prefix">What the names of the tensors begin with; empty, or ending in <c>/</c>.</param>
    /// <exception cref="ModelFormatException">The graph is not as it should be.</exception>
    public void Read(string prefix)
    {
        List<ProtobufRange> libraries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        while (reader.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            switch (reader.Field)
            {
                case 1:
                    ReadNode(prefix, prefix, names);
                    break;
                case 2:
                    libraries.Add(reader.GetRange());
                    break;
                case 4:
                    ReadVersions();
                    break;
            }
        }

        foreach (ProtobufRange library in libraries)
        {
            reader.Enter(library);
            while (reader.Next())
            {
                if (reader.Field == 1)
                {
                    ReadFunction(prefix);
                }
            }

            reader.Leave();
        }
    }

    private void ReadVersions()
    {
        reader.Enter();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                Producer = reader.GetInt32();
            }
        }

        reader.Leave();
    }

    private void ReadFunction(string prefix)
    {
        cancellation.ThrowIfCancellationRequested();
        long place = reader.FieldOffset;
        reader.Enter();
        long start = reader.Position;
        string name = string.Empty;
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = ReadSignatureName();
            }
        }

        if (name.Length == 0 || !_functions.Add(prefix + name))
        {
            throw reader.Error(
                TensorFlowErrorCodes.NodeName,
                place,
                name.Length == 0 ? "a function has no name" : $"two functions are called {ErrorText.Quote(name)}");
        }

        reader.MoveTo(start);
        HashSet<string> names = new(StringComparer.Ordinal);
        while (reader.Next())
        {
            if (reader.Field == 3)
            {
                ReadNode($"{prefix}{name}/", $"{prefix}library/{name}/", names);
            }
        }

        reader.Leave();
    }

    private string ReadSignatureName()
    {
        string name = string.Empty;
        reader.Enter();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = ReadName(reader.GetRange());
            }
        }

        reader.Leave();
        return name;
    }

    // A constant of a function may have the name of one of the graph by coincidence; then it gets the longer one.
    private void ReadNode(string prefix, string longPrefix, HashSet<string> names)
    {
        NodeCount++;
        long place = reader.FieldOffset;
        reader.Enter();
        long start = reader.Position;
        ProtobufRange name = default;
        string operation = string.Empty;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.GetRange();
                    break;
                case 2:
                    operation = reader.GetRange().Length <= LongestOperation
                        ? reader.ReadTextStart(reader.GetRange(), LongestOperation)
                        : string.Empty;
                    break;
            }
        }

        if (Reaching.TryGetValue(operation, out string? reaching))
        {
            contents.Operations[reaching] = contents.Operations.GetValueOrDefault(reaching) + 1;
        }

        if (operation == "Const")
        {
            ReadConst(ReadConstName(name, place, names, prefix, longPrefix), start, place);
        }

        reader.Leave();
    }

    private string ReadConstName(ProtobufRange range, long place, HashSet<string> names, string prefix, string longPrefix)
    {
        string name = range.Length == 0 ? string.Empty : ReadName(range);
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
        {
            throw reader.Error(TensorFlowErrorCodes.NodeName, place, name.Length == 0 ? "a constant has no name" : "a name holds a NUL");
        }

        contents.Budget.Take(longPrefix.Length + (2 * name.Length), reader.Source.Name, place);
        if (names.Add(name))
        {
            foreach (string whole in (string[])[prefix + name, longPrefix + name])
            {
                if (_names.Add(whole))
                {
                    return whole;
                }
            }
        }

        throw reader.Error(TensorFlowErrorCodes.NodeName, place, $"two constants are called {ErrorText.Quote(name)}");
    }

    private string ReadName(ProtobufRange range) => reader.ReadText(range, contents.Limits.TensorFlowNameBytes);

    private void ReadConst(string name, long start, long place)
    {
        reader.MoveTo(start);
        ProtobufRange value = default;
        while (reader.Next())
        {
            if (reader.Field == 5 && ReadAttribute() is { } found)
            {
                value = found;
            }
        }

        if (value.Length == 0)
        {
            throw NoValue(name, place);
        }

        // AttrValue {tensor 8}; of several the last counts.
        reader.Enter(value);
        long last = -1;
        for (long at = reader.Position; reader.Next(); at = reader.Position)
        {
            last = reader.Field == 8 ? at : last;
        }

        if (last < 0)
        {
            throw NoValue(name, place);
        }

        reader.MoveTo(last);
        reader.Next();
        new ConstReader(reader, path, contents).Read(name);
        reader.Leave();
    }

    // An entry of a map: key 1, value 2.
    private ProtobufRange? ReadAttribute()
    {
        bool isValue = false;
        ProtobufRange value = default;
        reader.Enter();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    isValue = reader.ContentEquals(reader.GetRange(), "value"u8);
                    break;
                case 2:
                    value = reader.GetRange();
                    break;
            }
        }

        reader.Leave();
        return isValue ? value : null;
    }

    private ModelFormatException NoValue(string name, long place) =>
        reader.Error(TensorFlowErrorCodes.ConstValue, place, $"the constant {ErrorText.Quote(name)} has no tensor for a value");
}
