using System.Text;
using System.Text.Json;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

public class DecodeVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");

    [Fact]
    public void Every_type_decodes_to_the_values_of_the_reference_file()
    {
        using CliHost host = new();
        string output = Path.Combine(host.Folder.Root, "x.safetensors");
        CliResult result = host.Run("decode", TestData.Local("gguf/quant-reference.gguf"), "--output", output);
        Assert.Equal(0, result.ExitCode);
        Dictionary<string, JsonElement> decoded = Hashed(host, output);
        Dictionary<string, JsonElement> reference = Hashed(host, TestData.Local("gguf/quant-reference.safetensors"));
        Assert.Equal(29, reference.Count);
        foreach ((string name, JsonElement expected) in reference)
        {
            Assert.Equal(Properties(name, expected), Properties(name, decoded[name]));
            Assert.Equal("F32", decoded[name].GetProperty("dtype").GetString());
        }

        // The integers, which the reference leaves out.
        Assert.All(decoded.Keys.Except(reference.Keys), name => Assert.Matches(@"\.i(8|16|32|64)$", name));
    }

    [Fact]
    public void The_result_has_the_documented_properties()
    {
        using CliHost host = new();
        string output = Path.Combine(host.Folder.Root, "x.npy");
        JsonElement document = host.Run("decode", Base, "--tensor", "model.norm.weight", "-o", output, "--json").Json;
        Assert.Equal("model path format tensors sizeBytes seconds", CliResult.Properties(document));
        Assert.Equal("tiny-base", document.GetProperty("model").GetString());
        Assert.Equal(output, document.GetProperty("path").GetString());
        Assert.Equal("NPY", document.GetProperty("format").GetString());
        Assert.Equal(128 + (4 * 64), document.GetProperty("sizeBytes").GetInt64());
        JsonElement tensor = Assert.Single(document.GetProperty("tensors").EnumerateArray());
        Assert.Equal("name dtype shape", CliResult.Properties(tensor));
        Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
        Assert.Equal("[64]", tensor.GetProperty("shape").GetRawText());
    }

    [Fact]
    public void A_path_is_meant_before_a_stored_model_unless_the_option_says_otherwise()
    {
        using CliHost host = new();
        string path = Path.Combine(host.Folder.Root, "m");
        File.WriteAllBytes(path, SafeTensorsBuilder.File(
            $"{{{SafeTensorsBuilder.Tensor("w", "F32", "[1]", 0, 4)}}}", BitConverter.GetBytes(1f)));
        host.Run("import", Base, "--name", path);
        Assert.Equal(1, Tensors(host.Run("decode", path, "-o", Path.Combine(host.Folder.Root, "a.safetensors"), "--json")));
        Assert.Equal(21, Tensors(host.Run("decode", "--model", path, "-o", Path.Combine(host.Folder.Root, "b.safetensors"), "--json")));
        File.Delete(path);
        Assert.Equal(21, Tensors(host.Run("decode", path, "-o", Path.Combine(host.Folder.Root, "c.safetensors"), "--json")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_neither_a_path_nor_stored_fails_and_makes_no_store(bool hasStore)
    {
        using CliHost host = new();
        if (hasStore)
        {
            host.Run("import", Base);
        }

        CliResult result = host.Run("decode", "absent.gguf", "-o", Path.Combine(host.Folder.Root, "x.npy"), "--json");
        Assert.Equal(1, result.ExitCode);
        JsonElement error = result.Json.GetProperty("error");
        Assert.Equal("MODEL_NOT_FOUND", error.GetProperty("code").GetString());
        Assert.Contains("there is no file or folder of this name", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(hasStore, Directory.Exists(host.Store));
    }

    [Theory]
    [InlineData("-3:", 3)]
    [InlineData(":-60", 4)]
    [InlineData("60:100", 4)]
    [InlineData("5:5", 0)]
    public void A_range_may_be_counted_from_the_end(string range, int values)
    {
        using CliHost host = new();
        string output = Path.Combine(host.Folder.Root, "x.npy");
        Assert.Equal(0, host.Run("decode", Base, "--tensor", "model.norm.weight", "--range", range, "-o", output).ExitCode);
        byte[] written = File.ReadAllBytes(output);
        Assert.Contains($"'shape': ({values},)", Encoding.ASCII.GetString(written), StringComparison.Ordinal);
        Assert.Equal(128 + (4 * values), written.Length);
    }

    [Theory]
    [InlineData("--range", "1-3")]
    [InlineData("--range", "1:2:3")]
    [InlineData("--complex", "phase")]
    [InlineData("--output", "x.bin")]
    [InlineData("--model", "m")]
    public void A_command_line_that_means_nothing_is_refused(string option, string value)
    {
        using CliHost host = new();
        string[] output = option == "--output" ? [] : ["--output", Path.Combine(host.Folder.Root, "x.npy")];
        Assert.Equal(2, host.Run(["decode", Base, option, value, .. output]).ExitCode);
        Assert.Equal(2, host.Run("decode", "--output", "x.npy").ExitCode);
        Assert.Empty(Directory.GetFileSystemEntries(host.Folder.Root));
    }

    [Fact]
    public void A_file_in_the_way_stays_unless_it_is_to_be_overwritten()
    {
        using CliHost host = new();
        string output = host.Folder.Write("x.npy", [7]);
        string[] line = ["decode", Base, "--tensor", "model.norm.weight", "-o", output];
        CliResult refused = host.Run(line);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("OUTPUT_EXISTS", refused.Error, StringComparison.Ordinal);
        Assert.Equal([7], File.ReadAllBytes(output));
        Assert.Equal(0, host.Run([.. line, "--overwrite"]).ExitCode);
        Assert.Equal(384, new FileInfo(output).Length);
    }

    [Fact]
    public void Wildcards_that_fit_nothing_and_several_tensors_for_one_array_fail()
    {
        using CliHost host = new();
        string output = Path.Combine(host.Folder.Root, "x.npy");
        Assert.Contains("TENSOR_NOT_FOUND", host.Run("decode", Base, "--tensor", "nothing*", "-o", output).Error, StringComparison.Ordinal);
        Assert.Contains("VALUES_SINGLE_TENSOR", host.Run("decode", Base, "--tensor", "*norm*", "-o", output).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(host.Folder.Root));
    }

    private static Dictionary<string, JsonElement> Hashed(CliHost host, string path) => host.Run("inspect", path, "--hash", "--json").Json
        .GetProperty("tensors").EnumerateArray().ToDictionary(tensor => tensor.GetProperty("name").GetString()!);

    private static (string, string, string?) Properties(string name, JsonElement tensor) =>
        (name, tensor.GetProperty("shape").GetRawText(), tensor.GetProperty("sha256").GetString());

    private static int Tensors(CliResult result) => result.Json.GetProperty("tensors").GetArrayLength();
}
