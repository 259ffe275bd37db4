using System.Text.Json;

namespace Hartonomous.Tests.Cli;

public class InspectVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");

    [Fact]
    public void The_document_has_the_documented_properties()
    {
        using CliHost host = new();
        CliResult result = host.Run("inspect", Base, "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(string.Empty, result.Error);
        Assert.Equal(
            "name path format variant architecture parameterCount sizeBytes metadata files tensors warnings",
            CliResult.Properties(result.Json));
        Assert.Equal("SafeTensors", result.Json.GetProperty("format").GetString());
        Assert.Equal(JsonValueKind.Null, result.Json.GetProperty("architecture").ValueKind);
        Assert.Equal(135488, result.Json.GetProperty("parameterCount").GetInt64());
        Assert.Equal("""{"format":"pt"}""", result.Json.GetProperty("metadata").GetRawText());
        Assert.Equal("""[{"path":"tiny-base.safetensors","sizeBytes":347504}]""", result.Json.GetProperty("files").GetRawText());
        Assert.Equal(21, result.Json.GetProperty("tensors").GetArrayLength());
    }

    [Fact]
    public void A_tensor_has_the_documented_properties()
    {
        using CliHost host = new();
        JsonElement tensor = host.Run("inspect", Base, "--json", "--tensor", "model.norm.weight").Json.GetProperty("tensors")[0];
        Assert.Equal("name dtype quantization shape file offset sizeBytes layerType layerIndex sha256", CliResult.Properties(tensor));
        Assert.Equal("model.norm.weight", tensor.GetProperty("name").GetString());
        Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
        Assert.Equal("None", tensor.GetProperty("quantization").GetString());
        Assert.Equal("[64]", tensor.GetProperty("shape").GetRawText());
        Assert.Equal("tiny-base.safetensors", tensor.GetProperty("file").GetString());
        Assert.Equal(256, tensor.GetProperty("sizeBytes").GetInt64());
        Assert.Equal(JsonValueKind.String, tensor.GetProperty("layerType").ValueKind);
        Assert.Equal(JsonValueKind.Null, tensor.GetProperty("layerIndex").ValueKind);
        Assert.Equal(JsonValueKind.Null, tensor.GetProperty("sha256").ValueKind);
    }

    [Fact]
    public void Hashes_are_those_of_the_tensors_bytes()
    {
        // hashlib.sha256 over the tensors' byte ranges.
        using CliHost host = new();
        CliResult result = host.Run("inspect", Base, "--json", "--hash", "--tensor", "model.norm.*", "--tensor", "*.1.mlp.down_proj.*");
        JsonElement tensors = result.Json.GetProperty("tensors");
        Assert.Equal(
            [
                "8f5f74343f5b7784ad281e0d0e5ba37b7c73c93db92eb979c4e21684536c6129",
                "cc166e62f341102072abf6b963689e2d17d3f3aaaa77038650cd743fbad28e28",
            ],
            tensors.EnumerateArray().Select(tensor => tensor.GetProperty("sha256").GetString()));
    }

    [Fact]
    public void People_get_a_header_and_a_table()
    {
        using CliHost host = new();
        CliResult result = host.Run("inspect", Base);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("SafeTensors", result.Out, StringComparison.Ordinal);
        Assert.Contains("135,488", result.Out, StringComparison.Ordinal);
        Assert.Contains("339.4 KiB in 1 file", result.Out, StringComparison.Ordinal);
        Assert.Matches(@"model\.layers\.1\.mlp\.down_proj\.weight +BF16 +64×192 +24\.0 KiB", result.Out);
        Assert.DoesNotContain("SHA-256", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_models_are_a_list_and_a_broken_one_does_not_hide_the_others()
    {
        using CliHost host = new();
        host.Folder.Write("models/a.safetensors", TinyModel.Build(("x", [1])));
        string broken = host.Folder.Write("models/b.safetensors", TinyModel.BuildTruncated(("x", [1])));
        host.Folder.Write("models/c.safetensors", TinyModel.Build(("x", [2])));
        CliResult result = host.Run("inspect", host.Folder.File("models"), "--json");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("models errors", CliResult.Properties(result.Json));
        Assert.Equal(["a", "c"], result.Json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        JsonElement error = Assert.Single(result.Json.GetProperty("errors").EnumerateArray());
        Assert.Equal(broken, error.GetProperty("path").GetString());
        Assert.Equal("SAFETENSORS_DATA_TRUNCATED", error.GetProperty("code").GetString());
    }

    [Fact]
    public void A_path_to_nothing_is_invalid_input()
    {
        using CliHost host = new();
        CliResult result = host.Run("inspect", host.Folder.File("absent.gguf"), "--json");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("error", CliResult.Properties(result.Json));
        Assert.Equal("code message file", CliResult.Properties(result.Json.GetProperty("error")));
        Assert.Equal("FILE_NOT_FOUND", result.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith("hart: FILE_NOT_FOUND: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_wildcard_that_fits_nothing_gives_no_tensors_and_a_warning()
    {
        using CliHost host = new();
        CliResult result = host.Run("inspect", Base, "--json", "--tensor", "MODEL.NORM.*");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(0, result.Json.GetProperty("tensors").GetArrayLength());
        Assert.Contains("warning: no tensor", result.Error, StringComparison.Ordinal);
        Assert.Equal(string.Empty, host.Run("inspect", Base, "--quiet", "--tensor", "MODEL.NORM.*").Error);
    }

    [Fact]
    public void Names_from_a_hostile_file_reach_the_terminal_as_escapes_and_json_as_they_are()
    {
        using CliHost host = new();
        string name = "[red]\u001b[2J\u202Exyz[/";
        string path = host.Folder.Write("hostile.safetensors", TinyModel.Build((name, [1, 2])));
        CliResult text = host.Run("inspect", path);
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("[red]\\u001B[2J\\u202Exyz[/", text.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text.Out);
        Assert.DoesNotContain('\u202E', text.Out);
        Assert.Equal(name, host.Run("inspect", path, "--json").Json.GetProperty("tensors")[0].GetProperty("name").GetString());
    }
}
