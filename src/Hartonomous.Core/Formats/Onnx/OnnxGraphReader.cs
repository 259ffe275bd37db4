using System.Globalization;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Walks graphs and functions with all they hold and adds their tensors to the table: initializers, dense and sparse; what Constant nodes
/// give; tensors in attributes of other nodes, and in the graphs of such attributes. The value of ConstantOfShape, one number to fill
/// with, is no tensor here.
/// </summary>
internal sealed class OnnxGraphReader(ProtobufReader reader, OnnxTensorTable table, ReadLimits limits, CancellationToken cancellation)
{
    private readonly OnnxTensorReader _tensors = new(reader, limits, countsNumbers: !table.LocationsOnly);
    private int _scopes;

    /// <summary>Reads the single tensors and knows what was passed over.</summary>
    public OnnxTensorReader Tensors => _tensors;

    /// <summary>Reads the graph that the reader is in, which is no subgraph.</summary>
    /// <param name="prefix">What stands before the names of its tensors.</param>
    /// <returns>Where its name lies; an empty range where it has none.</returns>
    public ProtobufRange ReadRoot(string prefix) => ReadGraph(NewScope(() => prefix));

    /// <summary>
    /// Reads the function that the reader is in. Its tensors are named <c>{domain}::{function}[:{overload}]/{tensor}</c>.
    /// </summary>
    public void ReadFunction()
    {
        long start = reader.Position;
        ProtobufRange name = default;
        ProtobufRange domain = default;
        ProtobufRange overload = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Function.Name:
                    name = reader.GetRange();
                    break;
                case OnnxFields.Function.Domain:
                    domain = reader.GetRange();
                    break;
                case OnnxFields.Function.Overload:
                    overload = reader.GetRange();
                    break;
            }
        }

        OnnxScope scope = NewScope(() =>
            table.Charge($"{Text(domain)}::{Text(name)}{(overload.Length > 0 ? $":{Text(overload)}" : string.Empty)}/"));
        OnnxNode self = new(name, default, default, domain);
        reader.MoveTo(start);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Function.Node:
                    Within(() => ReadNode(scope));
                    break;
                case OnnxFields.Function.AttributeProto:
                    Within(() => ReadAttribute(scope, self));
                    break;
            }
        }
    }

    private OnnxScope NewScope(Func<string> prefix) => new(_scopes++, prefix);

    private ProtobufRange ReadGraph(OnnxScope scope)
    {
        ProtobufRange name = default;
        ulong seen = 0;
        while (reader.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            switch (reader.Field)
            {
                case OnnxFields.Graph.Node:
                    Within(() => ReadNode(scope));
                    break;
                case OnnxFields.Graph.Name:
                    _tensors.Once(ref seen, "graph");
                    name = reader.GetRange();
                    break;
                case OnnxFields.Graph.Initializer:
                    Within(() => AddTensor(scope, null));
                    break;
                case OnnxFields.Graph.SparseInitializer:
                    Within(() => AddSparse(scope, null));
                    break;
            }
        }

        return name;
    }

    private void ReadNode(OnnxScope scope)
    {
        long start = reader.Position;
        bool hasAttributes = false;
        ulong seen = 0;
        OnnxNode node = default;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Node.Output:
                    node = node.Output.Length == 0 ? node with { Output = reader.GetRange() } : node;
                    break;
                case OnnxFields.Node.Name:
                    _tensors.Once(ref seen, "node");
                    node = node with { Name = reader.GetRange() };
                    break;
                case OnnxFields.Node.OpType:
                    _tensors.Once(ref seen, "node");
                    node = node with { OpType = reader.GetRange() };
                    break;
                case OnnxFields.Node.Domain:
                    _tensors.Once(ref seen, "node");
                    node = node with { Domain = reader.GetRange() };
                    break;
                case OnnxFields.Node.Attribute:
                    hasAttributes = true;
                    break;
            }
        }

        if (!hasAttributes)
        {
            return;
        }

        reader.MoveTo(start);
        while (reader.Next())
        {
            if (reader.Field == OnnxFields.Node.Attribute)
            {
                Within(() => ReadAttribute(scope, node));
            }
        }
    }

    private void ReadAttribute(OnnxScope scope, OnnxNode node)
    {
        ProtobufRange message = new(reader.Position, reader.End - reader.Position);
        ProtobufRange name = default;
        ulong seen = 0;
        ulong fields = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Attribute.Name:
                    _tensors.Once(ref seen, "attribute");
                    name = reader.GetRange();
                    break;
                case OnnxFields.Attribute.Float or OnnxFields.Attribute.Int or OnnxFields.Attribute.String
                    or OnnxFields.Attribute.Tensor or OnnxFields.Attribute.Graph or OnnxFields.Attribute.SparseTensor:
                    _tensors.Once(ref seen, "attribute");
                    break;
            }

            fields |= reader.Field < 64 ? 1UL << reader.Field : 0;
        }

        bool isStandard = node.Domain.Length == 0 || reader.ContentEquals(node.Domain, "ai.onnx"u8);
        bool isConstant = isStandard && reader.ContentEquals(node.OpType, "Constant"u8);
        if ((fields & Bits(OnnxFields.Attribute.Tensor, OnnxFields.Attribute.Graph, OnnxFields.Attribute.Tensors,
            OnnxFields.Attribute.Graphs, OnnxFields.Attribute.SparseTensor, OnnxFields.Attribute.SparseTensors)) != 0)
        {
            reader.MoveTo(message.Offset);
            bool isFill = isStandard && reader.ContentEquals(node.OpType, "ConstantOfShape"u8);
            ReadContents(scope, node, name, isConstant, isFill);
        }
        else if (isConstant && !table.LocationsOnly)
        {
            ReadConstantNumbers(scope, node, name, message, fields);
        }
    }

    private void ReadContents(OnnxScope scope, OnnxNode node, ProtobufRange name, bool isConstant, bool isFill)
    {
        int tensors = 0;
        int sparse = 0;
        int graphs = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Attribute.Tensor when !isFill:
                    bool isValue = isConstant && reader.ContentEquals(name, "value"u8);
                    Within(() => AddTensor(scope, () => isValue ? ConstantName(node) : AttributeName(node, name, null)));
                    break;
                case OnnxFields.Attribute.SparseTensor:
                    bool isSparseValue = isConstant && reader.ContentEquals(name, "sparse_value"u8);
                    Within(() => AddSparse(scope, () => isSparseValue ? ConstantName(node) : AttributeName(node, name, null)));
                    break;
                case OnnxFields.Attribute.Tensors:
                    int tensor = tensors++;
                    Within(() => AddTensor(scope, () => AttributeName(node, name, tensor)));
                    break;
                case OnnxFields.Attribute.SparseTensors:
                    int sparseTensor = sparse++;
                    Within(() => AddSparse(scope, () => AttributeName(node, name, sparseTensor)));
                    break;
                case OnnxFields.Attribute.Graph:
                    Within(() => ReadGraph(Subgraph(scope, node, name, null)));
                    break;
                case OnnxFields.Attribute.Graphs:
                    int graph = graphs++;
                    Within(() => ReadGraph(Subgraph(scope, node, name, graph)));
                    break;
            }
        }
    }

    // value_float, value_floats, value_int, value_ints: the tensor of a Constant node written as a plain attribute.
    private void ReadConstantNumbers(OnnxScope scope, OnnxNode node, ProtobufRange name, ProtobufRange message, ulong fields)
    {
        (int Field, OnnxDataType Type, bool IsScalar)? kind =
            reader.ContentEquals(name, "value_float"u8) ? (OnnxFields.Attribute.Float, OnnxDataType.Float, true)
            : reader.ContentEquals(name, "value_floats"u8) ? (OnnxFields.Attribute.Floats, OnnxDataType.Float, false)
            : reader.ContentEquals(name, "value_int"u8) ? (OnnxFields.Attribute.Int, OnnxDataType.Int64, true)
            : reader.ContentEquals(name, "value_ints"u8) ? (OnnxFields.Attribute.Ints, OnnxDataType.Int64, false)
            : null;
        if (kind is not { } found)
        {
            _tensors.StringTensors += (fields & Bits(OnnxFields.Attribute.String, OnnxFields.Attribute.Strings)) != 0 ? 1 : 0;
            return;
        }

        OnnxTypedData data = new(message, found.Field, found.Type);
        long count = _tensors.CountNumbers(data, long.MaxValue - 1);
        if (found.IsScalar && count == 0)
        {
            // Writers of proto3 leave out a 0: there is nothing in the file that could be the tensor.
            return;
        }

        table.Add(scope, ConstantName(node), new OnnxTensorEntry
        {
            Name = default,
            Dtype = found.Type.Dtype,
            Shape = found.IsScalar ? default : new TensorShape(count),
            SizeBytes = count * found.Type.Width,
            Offset = message.Offset,
            Typed = data,
        });
    }

    private OnnxScope Subgraph(OnnxScope parent, OnnxNode node, ProtobufRange attribute, int? number) =>
        NewScope(() => table.Charge($"{parent.Prefix}{AttributeName(node, attribute, number)}/"));

    private void AddTensor(OnnxScope scope, Func<string>? makeName)
    {
        long start = reader.Position;
        if (_tensors.Read() is { } entry)
        {
            table.Add(scope, makeName?.Invoke() ?? Name(entry.Name, start, "an initializer has no name"), entry);
        }
    }

    // Values and indices become tensors of their own; the name of the whole is that of its values.
    private void AddSparse(OnnxScope scope, Func<string>? makeName)
    {
        long start = reader.Position;
        ulong seen = 0;
        (bool IsThere, OnnxTensorEntry? Entry) values = default;
        (bool IsThere, OnnxTensorEntry? Entry) indices = default;
        List<long> dims = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.SparseTensor.Values:
                    _tensors.Once(ref seen, "sparse tensor");
                    Within(() => values = (true, _tensors.Read()));
                    break;
                case OnnxFields.SparseTensor.Indices:
                    _tensors.Once(ref seen, "sparse tensor");
                    Within(() => indices = (true, _tensors.Read()));
                    break;
                case OnnxFields.SparseTensor.Dims:
                    _tensors.ReadDims(dims);
                    break;
            }
        }

        long elements = _tensors.CountElements(dims, start);
        if (!values.IsThere || indices.Entry is not { } places)
        {
            throw reader.Error(OnnxErrorCodes.Sparse, start, "a sparse tensor has no values, or no indices");
        }

        if (values.Entry is not { } entry)
        {
            return;
        }

        long count = entry.Shape.ElementCount;
        bool fits = entry.Shape.Rank == 1 && count <= elements && places.Dtype == TensorDtype.I64 &&
            (places.Shape == entry.Shape ||
                (places.Shape.Rank == 2 && places.Shape.Dimensions[0] == count && places.Shape.Dimensions[1] == dims.Count));
        if (!fits)
        {
            throw reader.Error(
                OnnxErrorCodes.Sparse,
                start,
                $"values {entry.Shape} and indices {places.Dtype} {places.Shape} are no sparse tensor of [{string.Join(", ", dims)}]");
        }

        string name = makeName?.Invoke() ?? Name(entry.Name, start, "a sparse initializer has no name");
        table.Add(scope, name + ".values", entry);
        table.Add(scope, name + ".indices", places);
    }

    private string ConstantName(OnnxNode node) =>
        Name(node.Output.Length > 0 ? node.Output : node.Name, reader.Position, "a Constant node has no output");

    private string AttributeName(OnnxNode node, ProtobufRange attribute, int? number)
    {
        ProtobufRange owner = node.Name.Length > 0 ? node.Name : node.Output.Length > 0 ? node.Output : node.OpType;
        string name = $"{Name(owner, reader.Position, "a node with a tensor or a graph has no name")}.{Text(attribute)}";
        return number is null ? name : string.Create(CultureInfo.InvariantCulture, $"{name}.{number}");
    }

    private string Name(ProtobufRange range, long offset, string problem) =>
        range.Length > 0 ? Text(range) : throw reader.Error(OnnxErrorCodes.NameEmpty, offset, problem);

    private string Text(ProtobufRange range) => reader.ReadText(range, limits.OnnxNameBytes);

    private void Within(Action read)
    {
        reader.Enter();
        read();
        reader.Leave();
    }

    private static ulong Bits(params ReadOnlySpan<int> fields)
    {
        ulong bits = 0;
        foreach (int field in fields)
        {
            bits |= 1UL << field;
        }

        return bits;
    }
}
