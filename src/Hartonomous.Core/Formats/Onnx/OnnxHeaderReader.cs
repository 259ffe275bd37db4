using System.Collections.Frozen;
using System.Globalization;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>Reads a ModelProto, all but the values of its tensors.</summary>
internal sealed class OnnxHeaderReader
{
    // The newest that onnx.proto numbers; later ones add operators and types rather than change what is there.
    private const long NewestIrVersion = 13;
    private const long FirstIrVersionWithOpsets = 3;
    private const int MaxTextBytes = 64 * 1024;
    private const int MaxDocBytes = 4 * 1024;
    private const string PropertyPrefix = "metadata_props.";

    private static readonly string[] ArchitectureKeys = ["architecture", "general.architecture", "model_type"];

    // What exporters call every graph.
    private static readonly FrozenSet<string> GenericGraphNames = FrozenSet.ToFrozenSet(
        [
            "main", "main_graph", "graph", "model", "torch_jit", "torch-jit-export", "tf2onnx", "Model from PaddlePaddle.",
            "mxnet_converted_model",
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly ProtobufReader _reader;
    private readonly OnnxTensorTable _table;
    private readonly OnnxGraphReader _graphs;
    private readonly Dictionary<string, MetadataValue> _metadata = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private ProtobufRange? _graphName;
    private long _irVersion;
    private long? _opset;
    private bool _hasOpsets;
    private int _functions;
    private int _trainings;
    private int _cutTexts;
    private int _duplicateKeys;

    private OnnxHeaderReader(ByteSource file, string path, ReadLimits limits, bool locationsOnly, CancellationToken cancellation)
    {
        _reader = new ProtobufReader(file, null, limits.ProtobufDepth);
        _table = new OnnxTensorTable(_reader, path, limits, locationsOnly);
        _graphs = new OnnxGraphReader(_reader, _table, limits, cancellation);
    }

    /// <summary>Reads a model.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="path">Path of the file in the model.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">The file is not as the format says.</exception>
    public static OnnxHeader Read(ByteSource file, string path, ReadLimits limits, CancellationToken cancellation) =>
        new OnnxHeaderReader(file, path, limits, locationsOnly: false, cancellation).Read();

    /// <summary>The files with external data that a model names. What does not lead to them is not looked at closely.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="path">Path of the file in the model.</param>
    /// <param name="limits">What is accepted.</param>
    /// <exception cref="ModelFormatException">The file is not as the format says.</exception>
    public static IReadOnlyList<string> ReadLocations(ByteSource file, string path, ReadLimits limits) =>
        new OnnxHeaderReader(file, path, limits, locationsOnly: true, CancellationToken.None).Read().Locations;

    private OnnxHeader Read()
    {
        ReadFields();
        if (_irVersion < 1)
        {
            throw _reader.Error(
                OnnxErrorCodes.IrVersion, 0, $"ir_version is {(_irVersion == 0 ? "absent" : _irVersion)}; this is no ONNX model");
        }

        if (_graphName is not { } name)
        {
            throw _reader.Error(OnnxErrorCodes.GraphMissing, 0, "the model has no graph");
        }

        if (!_hasOpsets && _irVersion >= FirstIrVersionWithOpsets)
        {
            throw _reader.Error(
                OnnxErrorCodes.OpsetMissing, _reader.End, $"the model has IR version {_irVersion} and names no operator set");
        }

        AddText("graph.name", name, MaxTextBytes);
        AddNumber("functions", _functions);
        AddNumber("training_info", _trainings);
        Warn();
        string? graphName = _metadata.GetValueOrDefault("graph.name")?.ToString();
        string? architecture = ArchitectureKeys.Select(key => _metadata.GetValueOrDefault(PropertyPrefix + key)?.ToString())
            .FirstOrDefault(text => text is { Length: > 0 });
        return new OnnxHeader(
            _opset is null ? $"ONNX IR {_irVersion}" : $"ONNX IR {_irVersion}, opset {_opset}",
            architecture ?? (graphName is null || GenericGraphNames.Contains(graphName) ? null : graphName),
            _metadata,
            _table.Tensors,
            _table.Typed,
            _table.Locations,
            _warnings);
    }

    private void ReadFields()
    {
        ulong seen = 0;
        while (_reader.Next())
        {
            if (_reader.Field is >= OnnxFields.Model.IrVersion and <= OnnxFields.Model.Graph)
            {
                _graphs.Tensors.Once(ref seen, "model");
            }

            switch (_reader.Field)
            {
                case OnnxFields.Model.IrVersion:
                    _irVersion = _reader.GetInt64();
                    AddNumber("ir_version", _irVersion);
                    break;
                case OnnxFields.Model.ProducerName:
                    AddText("producer_name", _reader.GetRange(), MaxTextBytes);
                    break;
                case OnnxFields.Model.ProducerVersion:
                    AddText("producer_version", _reader.GetRange(), MaxTextBytes);
                    break;
                case OnnxFields.Model.Domain:
                    AddText("domain", _reader.GetRange(), MaxTextBytes);
                    break;
                case OnnxFields.Model.ModelVersion:
                    AddNumber("model_version", _reader.GetInt64());
                    break;
                case OnnxFields.Model.DocString:
                    AddText("doc_string", _reader.GetRange(), MaxDocBytes);
                    break;
                case OnnxFields.Model.Graph:
                    _reader.Enter();
                    _graphName = _graphs.ReadRoot(string.Empty);
                    _reader.Leave();
                    break;
                default:
                    ReadRepeated();
                    break;
            }
        }
    }

    private void ReadRepeated()
    {
        switch (_reader.Field)
        {
            case OnnxFields.Model.OpsetImport:
                _reader.Enter();
                ReadOpset();
                _reader.Leave();
                break;
            case OnnxFields.Model.MetadataProps:
                _reader.Enter();
                ReadProperty();
                _reader.Leave();
                break;
            case OnnxFields.Model.TrainingInfo:
                _reader.Enter();
                ReadTraining(_trainings++);
                _reader.Leave();
                break;
            case OnnxFields.Model.Functions:
                _reader.Enter();
                _functions++;
                _graphs.ReadFunction();
                _reader.Leave();
                break;
        }
    }

    private void ReadOpset()
    {
        ProtobufRange domain = default;
        long version = 0;
        while (_reader.Next())
        {
            if (_reader.Field == OnnxFields.OperatorSet.Domain)
            {
                domain = _reader.GetRange();
            }
            else if (_reader.Field == OnnxFields.OperatorSet.Version)
            {
                version = _reader.GetInt64();
            }
        }

        string name = domain.Length == 0 ? "ai.onnx" : _reader.ReadTextStart(domain, MaxTextBytes);
        _hasOpsets = true;
        _opset = name == "ai.onnx" ? version : _opset;
        Add($"opset_import.{name}", MetadataValue.Of("INT64", version));
    }

    private void ReadProperty()
    {
        ProtobufRange key = default;
        ProtobufRange value = default;
        while (_reader.Next())
        {
            if (_reader.Field == OnnxFields.Entry.Key)
            {
                key = _reader.GetRange();
            }
            else if (_reader.Field == OnnxFields.Entry.Value)
            {
                value = _reader.GetRange();
            }
        }

        Add(PropertyPrefix + _reader.ReadTextStart(key, MaxTextBytes), MetadataValue.Of(ReadText(value, MaxTextBytes)));
    }

    private void ReadTraining(int number)
    {
        while (_reader.Next())
        {
            string? graph = _reader.Field switch
            {
                OnnxFields.Training.Initialization => "initialization",
                OnnxFields.Training.Algorithm => "algorithm",
                _ => null,
            };
            if (graph is not null)
            {
                _reader.Enter();
                _graphs.ReadRoot(string.Create(CultureInfo.InvariantCulture, $"training_info.{number}.{graph}/"));
                _reader.Leave();
            }
        }
    }

    private void AddNumber(string key, long value)
    {
        if (value != 0)
        {
            Add(key, MetadataValue.Of("INT64", value));
        }
    }

    private void AddText(string key, ProtobufRange range, int maxBytes)
    {
        if (range.Length > 0)
        {
            Add(key, MetadataValue.Of(ReadText(range, maxBytes)));
        }
    }

    private string ReadText(ProtobufRange range, int maxBytes)
    {
        string text = _reader.ReadTextStart(range, maxBytes);
        if (range.Length <= maxBytes)
        {
            return text;
        }

        _cutTexts++;
        return text + "…";
    }

    private void Add(string key, MetadataValue value)
    {
        _table.Charge(key);
        _table.Charge(value.ToString());
        if (!_metadata.TryAdd(key, value))
        {
            _duplicateKeys++;
        }
    }

    private void Warn()
    {
        OnnxTensorReader tensors = _graphs.Tensors;
        if (_irVersion > NewestIrVersion)
        {
            _warnings.Add($"The IR version is {_irVersion}, the newest known one is {NewestIrVersion}; what is new in it is not read.");
        }

        if (tensors.StringTensors > 0)
        {
            _warnings.Add($"{tensors.StringTensors} tensors of texts are in the file only; they hold no weights.");
        }

        if (tensors.UnknownKeys is ( > 0 and long count, string key))
        {
            _warnings.Add($"{count} entries of external data have keys that ONNX does not know, the first is {ErrorText.Quote(key)}.");
        }

        if (_cutTexts > 0)
        {
            _warnings.Add($"{_cutTexts} long texts of the metadata are shown cut.");
        }

        if (_duplicateKeys > 0)
        {
            _warnings.Add($"{_duplicateKeys} keys of the metadata are there more than once; the first one counts.");
        }
    }
}
