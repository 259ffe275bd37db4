using System.Globalization;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Reads <c>saved_model.pb</c> (<c>tensorflow/core/protobuf/saved_model.proto</c>, <c>meta_graph.proto</c>): saved_model_schema_version 1,
/// meta_graphs 2 {meta_info_def 1, graph_def 2, signature_def 5, object_graph_def 7}.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="contents">Takes what is found.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class SavedModelReader(ModelFile file, ModelContents contents, CancellationToken cancellation)
{
    private readonly ProtobufReader _reader = new(file.Bytes, null, contents.Limits.ProtobufDepth);
    private int _metaGraphs;

    /// <summary>Reads the file.</summary>
    /// <exception cref="ModelFormatException">It is not as it should be.</exception>
    public void Read()
    {
        while (_reader.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            switch (_reader.Field)
            {
                case 1:
                    contents.Metadata["saved_model_schema_version"] = MetadataValue.Of("INT64", _reader.GetInt64());
                    break;
                case 2:
                    ReadMetaGraph();
                    break;
            }
        }

        if (_metaGraphs == 0)
        {
            throw _reader.Error(TensorFlowErrorCodes.SavedModelEmpty, 0, "the file holds no meta graph");
        }
    }

    // The first meta graph gives its names and metadata as they are; those of others, which share its variables, say which they are of.
    private void ReadMetaGraph()
    {
        string prefix = _metaGraphs == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"meta_graph_{_metaGraphs}");
        _metaGraphs++;
        contents.Budget.Take(0, file.Bytes.Name, _reader.FieldOffset);
        string dotted = prefix.Length == 0 ? string.Empty : prefix + ".";
        SignatureReader signatures = new(_reader, dotted, contents);
        _reader.Enter();
        while (_reader.Next())
        {
            switch (_reader.Field)
            {
                case 1:
                    ReadInfo(dotted);
                    break;
                case 2:
                    ReadGraph(dotted, prefix.Length == 0 ? string.Empty : prefix + "/");
                    break;
                case 5:
                    signatures.Read();
                    break;
                case 7:
                    contents.Architecture ??= KerasArchitecture.FromObjectGraph(_reader, contents.Limits);
                    break;
            }
        }

        _reader.Leave();
    }

    private void ReadGraph(string dotted, string prefix)
    {
        GraphReader graph = new(_reader, file.Path, contents, cancellation);
        _reader.Enter();
        graph.Read(prefix);
        _reader.Leave();
        contents.Metadata[dotted + "graph.nodes"] = MetadataValue.Of("INT64", graph.NodeCount);
        if (graph.Producer is { } producer)
        {
            contents.Metadata[dotted + "graph.producer"] = MetadataValue.Of("INT64", (long)producer);
        }
    }

    // MetaInfoDef {tags 4, tensorflow_version 5, tensorflow_git_version 6}.
    private void ReadInfo(string dotted)
    {
        List<object> tags = [];
        long tagCount = 0;
        _reader.Enter();
        while (_reader.Next())
        {
            switch (_reader.Field)
            {
                case 4:
                    string tag = ReadText();
                    tagCount++;
                    if (tags.Count < MetadataValue.MaxItems)
                    {
                        tags.Add(tag);
                    }

                    break;
                case 5:
                    contents.Metadata[dotted + "tensorflow_version"] = MetadataValue.Of(ReadText());
                    break;
                case 6:
                    contents.Metadata[dotted + "tensorflow_git_version"] = MetadataValue.Of(ReadText());
                    break;
            }
        }

        _reader.Leave();
        contents.Metadata[dotted + "tags"] = MetadataValue.Array("STRING", tags, tagCount);
    }

    private string ReadText()
    {
        string text = _reader.GetText(contents.Limits.TensorFlowNameBytes);
        contents.Budget.Take(text.Length, file.Bytes.Name, _reader.FieldOffset);
        return text;
    }
}
