using System.Text.Json;

namespace Hartonomous.Tests.Cli;

public class CompareVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");
    private static readonly string FineTune = RepositoryFiles.Sample("tiny-finetune.safetensors");
    private static readonly string Quantized = RepositoryFiles.Sample("tiny-q8.gguf");

    [Fact]
    public void Compare_has_the_documented_properties()
    {
        using CliHost host = new();
        host.Run("import", Base);

        CliResult result = host.Run("compare", "tiny-base", FineTune, "--json");

        Assert.Equal(0, result.ExitCode);
        JsonElement document = result.Json;
        Assert.Equal("verdict summary a b counts tensors seconds", CliResult.Properties(document));
        Assert.Equal("identical renamed dtypeChanged valueChanged reshaped added removed", CliResult.Properties(document.GetProperty("counts")));
        Assert.Equal("name format architecture parameterCount tensors sizeBytes", CliResult.Properties(document.GetProperty("a")));
        Assert.Equal(
            "name otherName status relativeError cosine maxDifference equalShare dtype otherDtype shape otherShape comparedValues nonFinite note",
            CliResult.Properties(document.GetProperty("tensors")[0]));
        Assert.Equal("fine-tune", document.GetProperty("verdict").GetString());
        Assert.Equal(21, document.GetProperty("tensors").GetArrayLength());
        Assert.Equal(21, document.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()));
    }

    [Fact]
    public void A_quantization_in_another_container_is_one()
    {
        using CliHost host = new();

        CliResult result = host.Run("compare", Base, Quantized, "--json");

        Assert.Equal("quantization", result.Json.GetProperty("verdict").GetString());
        Assert.False(Directory.Exists(host.Store));
        Assert.Contains("BF16 to Q8_0", host.Run("compare", Base, Quantized).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_model_is_a_copy_of_its_file()
    {
        using CliHost host = new();
        host.Run("import", Base);

        CliResult result = host.Run("compare", "tiny-base", Base);

        Assert.Contains("21 tensors identical", result.Out, StringComparison.Ordinal);
        Assert.Contains("a copy of the first", result.Out, StringComparison.Ordinal);
        Assert.Contains("model.norm.weight", host.Run("compare", "tiny-base", Base, "--all").Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MODEL_NOT_FOUND", "absent")]
    [InlineData("TENSOR_NOT_FOUND", null, "--tensor", "absent*")]
    public void What_is_not_there_fails(string code, string? other, params string[] options)
    {
        using CliHost host = new();

        CliResult result = host.Run(["compare", Base, other ?? FineTune, "--json", .. options]);

        Assert.Equal((1, code), (result.ExitCode, result.Json.GetProperty("error").GetProperty("code").GetString()));
    }

    [Fact]
    public void A_folder_of_several_models_is_refused()
    {
        using CliHost host = new();
        host.Folder.Write("two/a.safetensors", File.ReadAllBytes(Base));
        host.Folder.Write("two/b.safetensors", File.ReadAllBytes(FineTune));

        CliResult result = host.Run("compare", Base, Path.Combine(host.Folder.Root, "two"), "--json");

        Assert.Equal((3, "FOLDER_SEVERAL_MODELS"), (result.ExitCode, result.Json.GetProperty("error").GetProperty("code").GetString()));
    }
}
