using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Models;

public sealed class LayerClassifierTests
{
    [Fact]
    public void There_are_the_24_kinds_of_layer()
    {
        Assert.Equal(
            [
                "Unknown", "Dense", "Embedding", "PositionEmbedding", "Attention", "FeedForward", "MixtureOfExperts", "Normalization",
                "Convolution", "Recurrent", "StateSpace", "OutputHead", "Pooling", "Projector", "Adapter", "QuantizationParameter",
                "OptimizerState", "UNetDown", "UNetMid", "UNetUp", "DiffusionTransformer", "TimeEmbedding", "Vae", "TextEncoder",
            ],
            Enum.GetNames<LayerType>());
    }

    [Fact]
    public void Every_name_of_the_table_gets_the_kind_and_number_that_a_person_gives_it()
    {
        List<string> wrong = [];
        List<(string Name, LayerType Type, int? Index)> names = [.. ReadTable()];
        foreach ((string name, LayerType type, int? index) in names)
        {
            (LayerType Type, int? Index) found = LayerClassifier.Classify(name);
            if (found != (type, index))
            {
                wrong.Add($"{name}: {found.Type} {found.Index}, not {type} {index}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(names.Count(entry => entry.Type != LayerType.Unknown) >= 250);
        Assert.True(names.Count(entry => entry.Type == LayerType.Unknown) >= 40);
    }

    [Fact]
    public void The_table_has_names_of_every_kind() =>
        Assert.Equal(Enum.GetValues<LayerType>().Order(), ReadTable().Select(entry => entry.Type).Distinct().Order());

    [Theory]
    [InlineData("MODEL.LAYERS.3.SELF_ATTN.Q_PROJ.WEIGHT", LayerType.Attention, 3)]
    [InlineData("Blk.3.Ffn_Up.Weight", LayerType.FeedForward, 3)]
    public void The_case_of_letters_does_not_matter(string name, LayerType type, int index) =>
        Assert.Equal((type, index), LayerClassifier.Classify(name));

    [Theory]
    [InlineData("optimizer.state.model.layers.1.q_proj.lora_A.exp_avg", LayerType.OptimizerState)]
    [InlineData("model.layers.1.q_proj.lora_A.weight_scale", LayerType.Adapter)]
    [InlineData("first_stage_model.decoder.conv_in.scales", LayerType.QuantizationParameter)]
    [InlineData("model.layers.1.mlp.experts.0.norm.weight", LayerType.Normalization)]
    [InlineData("model.layers.1.attention.experts.0.w1", LayerType.MixtureOfExperts)]
    [InlineData("model.layers.1.attention.mlp.weight", LayerType.Attention)]
    public void Of_several_kinds_the_first_in_precedence_is_taken(string name, LayerType type) =>
        Assert.Equal(type, LayerClassifier.Classify(name).Type);

    [Fact]
    public void The_empty_name_is_unknown() => Assert.Equal((LayerType.Unknown, null), LayerClassifier.Classify(string.Empty));

    [Fact]
    public void A_null_name_is_refused() => Assert.Throws<ArgumentNullException>(() => LayerClassifier.Classify(null!));

    [Fact]
    public void Names_of_more_than_1024_characters_or_64_parts_are_unknown()
    {
        const string Name = "blk.1.attn_q.weight";
        Assert.Equal((LayerType.Attention, 1), LayerClassifier.Classify(Name + "." + new string('x', 1023 - Name.Length)));
        Assert.Equal((LayerType.Unknown, null), LayerClassifier.Classify(Name + "." + new string('x', 1024 - Name.Length)));
        Assert.Equal((LayerType.Attention, 1), LayerClassifier.Classify(Name + string.Concat(Enumerable.Repeat(".x", 60))));
        Assert.Equal((LayerType.Unknown, null), LayerClassifier.Classify(Name + string.Concat(Enumerable.Repeat(".x", 61))));
    }

    [Theory]
    [InlineData("_")]
    [InlineData(".")]
    [InlineData("1")]
    [InlineData("a_")]
    [InlineData("layer_")]
    [InlineData("norm_1_")]
    [InlineData("\0")]
    [InlineData("\ud800")]
    [InlineData("İ")]
    public void Hostile_names_of_any_length_do_no_harm(string unit)
    {
        foreach (int length in (int[])[1, 63, 64, 1023, 1024, 1025, 65536])
        {
            string name = string.Concat(Enumerable.Repeat(unit, length / unit.Length + 1))[..length];
            Assert.True(Enum.IsDefined(LayerClassifier.Classify(name).Type));
        }
    }

    [ReferenceDataTheory]
    [InlineData("public/expected.json", "public/safetensors/silero_vad_16k.safetensors", "Convolution 11, Recurrent 4")]
    [InlineData("public/expected.json", "public/onnx/ppocr_mobile_v2_cls.onnx", "Convolution 71, Dense 2, Normalization 140, Unknown 37")]
    [InlineData("public/expected.json", "public/keras/fer2013_mini_XCEPTION.102-0.66.hdf5",
        "Convolution 24, Normalization 56, OptimizerState 105")]
    [InlineData("public/expected.json", "public/onnx/light_resnet50.onnx", "Convolution 49, Normalization 212, OutputHead 2, Unknown 6")]
    [InlineData("generated/expected.json", "generated/pytorch/convnet.pt", "Convolution 2, Normalization 5, OutputHead 2")]
    public void The_names_in_the_reference_files_get_their_kinds(string expected, string file, string kinds)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(TestData.Reference(expected)));
        IEnumerable<string> names = document.RootElement.GetProperty(file[(file.IndexOf('/') + 1)..]).GetProperty("tensors")
            .EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()!);
        string found = string.Join(", ", names
            .GroupBy(name => LayerClassifier.Classify(name).Type)
            .OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Count()}"));
        Assert.Equal(kinds, found);
    }

    private static IEnumerable<(string Name, LayerType Type, int? Index)> ReadTable() =>
        from line in File.ReadLines(TestData.Local("layers/names.tsv"))
        where line.Length > 0 && line[0] != '#'
        let fields = line.Split('\t')
        let index = fields[2] == "-" ? (int?)null : int.Parse(fields[2], CultureInfo.InvariantCulture)
        select (fields[0], Enum.Parse<LayerType>(fields[1]), index);
}
