using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Reads the signatures of a meta graph (SignatureDef {inputs 1, outputs 2, method_name 3}) into metadata: for each
/// <c>signature.NAME.inputs</c> and <c>.outputs</c>, one text a tensor (<c>x: DT_FLOAT (-1, 1), x:0</c>), and <c>.method_name</c>.
/// </summary>
/// <param name="reader">The file.</param>
/// <param name="prefix">What the keys begin with.</param>
/// <param name="contents">Takes the metadata.</param>
internal sealed class SignatureReader(ProtobufReader reader, string prefix, ModelContents contents)
{
    /// <summary>Reads the entry of the map that the current field holds.</summary>
    public void Read()
    {
        (string key, ProtobufRange value) = EnterMapEntry();
        if (value.Length > 0)
        {
            reader.Enter(value);
            ReadSignature($"{prefix}signature.{key}");
            reader.Leave();
        }

        reader.Leave();
    }

    // An entry of a map: key 1, value 2. The entry stays entered, for its value to be read.
    private (string Key, ProtobufRange Value) EnterMapEntry()
    {
        string key = string.Empty;
        ProtobufRange value = default;
        reader.Enter();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    key = ReadText();
                    break;
                case 2:
                    value = reader.GetRange();
                    break;
            }
        }

        return (key, value);
    }

    private void ReadSignature(string key)
    {
        List<object> inputs = [];
        List<object> outputs = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(ReadTensor());
                    break;
                case 2:
                    outputs.Add(ReadTensor());
                    break;
                case 3:
                    contents.Metadata[key + ".method_name"] = MetadataValue.Of(ReadText());
                    break;
            }
        }

        contents.Metadata[key + ".inputs"] = MetadataValue.Array("STRING", inputs, inputs.Count);
        contents.Metadata[key + ".outputs"] = MetadataValue.Array("STRING", outputs, outputs.Count);
    }

    // An entry whose value is a TensorInfo {name 1, dtype 2, tensor_shape 3}.
    private string ReadTensor()
    {
        (string key, ProtobufRange value) = EnterMapEntry();
        string name = string.Empty;
        int dtype = 0;
        ProtoShape shape = ProtoShape.Scalar;
        if (value.Length > 0)
        {
            reader.Enter(value);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 1:
                        name = ReadText();
                        break;
                    case 2:
                        dtype = reader.GetInt32();
                        break;
                    case 3:
                        shape = ProtoShape.Read(reader, contents.Limits);
                        break;
                }
            }

            reader.Leave();
        }

        reader.Leave();
        return $"{key}: {TensorFlowDtypes.Name(dtype)} {shape}, {name}";
    }

    private string ReadText()
    {
        string text = reader.GetText(contents.Limits.TensorFlowNameBytes);
        contents.Budget.Take(2 * text.Length, reader.Source.Name, reader.FieldOffset);
        return text;
    }
}
