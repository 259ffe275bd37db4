using System.Text.Json;

namespace Hartonomous.Tests.Cli;

public class StoreVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");
    private static readonly string FineTune = RepositoryFiles.Sample("tiny-finetune.safetensors");

    [Fact]
    public void Models_has_the_documented_properties()
    {
        using CliHost host = new();
        host.Run("import", Base);
        JsonElement document = host.Run("models", "--json").Json;
        Assert.Equal("models", CliResult.Properties(document));
        JsonElement model = Assert.Single(document.GetProperty("models").EnumerateArray());
        Assert.Equal(
            "modelId name format variant architecture parameterCount tensors sizeBytes tenant isFolder source importedAt",
            CliResult.Properties(model));
        Assert.Equal("tiny-base", model.GetProperty("name").GetString());
        Assert.Equal("SafeTensors", model.GetProperty("format").GetString());
        Assert.Equal(135488, model.GetProperty("parameterCount").GetInt64());
        Assert.Equal(21, model.GetProperty("tensors").GetInt64());
        Assert.Equal(347504, model.GetProperty("sizeBytes").GetInt64());
        Assert.False(model.GetProperty("isFolder").GetBoolean());
        Assert.Equal(DateTimeKind.Utc, model.GetProperty("importedAt").GetDateTime().Kind);
        Assert.Matches(@"tiny-base +SafeTensors +- +135,488 +21 +339\.4 KiB", host.Run("models").Out);
    }

    [Fact]
    public void Tensors_has_the_documented_properties()
    {
        using CliHost host = new();
        host.Run("import", Base);
        JsonElement document = host.Run("tensors", "--model", "tiny-base", "--json").Json;
        Assert.Equal("tensors", CliResult.Properties(document));
        Assert.Equal(21, document.GetProperty("tensors").GetArrayLength());
        JsonElement tensor = document.GetProperty("tensors").EnumerateArray()
            .Single(candidate => candidate.GetProperty("name").GetString() == "model.norm.weight");
        Assert.Equal(
            "tensorAtomId model name dtype quantization shape file offset sizeBytes layerType layerIndex sha256 lastAccessedAt prunedFrom",
            CliResult.Properties(tensor));
        Assert.Equal("tiny-base", tensor.GetProperty("model").GetString());
        Assert.Equal("F32", tensor.GetProperty("dtype").GetString());
        Assert.Equal("[64]", tensor.GetProperty("shape").GetRawText());
        Assert.Equal("8f5f74343f5b7784ad281e0d0e5ba37b7c73c93db92eb979c4e21684536c6129", tensor.GetProperty("sha256").GetString());
    }

    [Fact]
    public void Tensors_can_be_chosen_by_wildcard()
    {
        using CliHost host = new();
        host.Run("import", Base);
        CliResult result = host.Run("tensors", "--model", "tiny-base", "--tensor", "*norm.weight", "--json");
        Assert.Equal(5, result.Json.GetProperty("tensors").GetArrayLength());
    }

    [Theory]
    [InlineData("tensors", "--model", "absent")]
    [InlineData("export", "--model", "absent", "--output", "nowhere")]
    [InlineData("remove", "--model", "absent", "--yes")]
    public void A_model_that_is_not_stored_fails(params string[] args)
    {
        using CliHost host = new();
        host.Run("import", Base);
        CliResult result = host.Run([.. args, "--json"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("MODEL_NOT_FOUND", result.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("models")]
    [InlineData("stats")]
    [InlineData("verify")]
    [InlineData("tensors", "--model", "m")]
    public void A_store_that_is_not_there_fails_and_is_not_made(params string[] args)
    {
        using CliHost host = new();
        CliResult result = host.Run([.. args, "--json"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("STORE_NOT_FOUND", result.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.False(Directory.Exists(host.Store));
    }

    [Fact]
    public void Statistics_have_the_documented_properties_and_add_up()
    {
        using CliHost host = new();
        host.Run("import", Base, FineTune);
        JsonElement statistics = host.Run("stats", "--json").Json;
        Assert.Equal(
            "models tensors prunedTensors atoms bytesImported bytesStored savedByFile savedByTensor savedByBlock savedByFactors bytesBeside bytesInPlace "
                + "bytesReclaimable bytesOnDisk",
            CliResult.Properties(statistics));
        Assert.Equal(2, statistics.GetProperty("models").GetInt64());
        Assert.Equal(42, statistics.GetProperty("tensors").GetInt64());
        Assert.Equal(695008, statistics.GetProperty("bytesImported").GetInt64());
        Assert.Equal(
            695008,
            new[] { "bytesStored", "savedByFile", "savedByTensor", "savedByBlock" }.Sum(name => statistics.GetProperty(name).GetInt64()));
        Assert.Contains("by equal tensors", host.Run("stats").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Verification_of_a_whole_store_is_ok()
    {
        using CliHost host = new();
        host.Run("import", Base);
        CliResult result = host.Run("verify", "--full", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("ok full complete resumed checked findings seconds", CliResult.Properties(result.Json));
        Assert.True(result.Json.GetProperty("ok").GetBoolean());
        Assert.True(result.Json.GetProperty("full").GetBoolean());
        Assert.Equal(1, result.Json.GetProperty("checked").GetProperty("models").GetInt64());
        Assert.Equal(0, result.Json.GetProperty("findings").GetArrayLength());
        Assert.Contains("The store is in order.", host.Run("verify").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Verification_of_a_damaged_store_ends_with_1_and_its_findings()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string pack = Directory.EnumerateFiles(Path.Combine(host.Store, "packs")).First();
        byte[] bytes = File.ReadAllBytes(pack);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(pack, bytes);
        CliResult result = host.Run("verify", "--full", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.False(result.Json.GetProperty("ok").GetBoolean());
        Assert.Equal("code object detail", CliResult.Properties(result.Json.GetProperty("findings")[0]));
        CliResult text = host.Run("verify", "--full");
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("The store is damaged: ", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_gives_the_file_back()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string output = host.Folder.File("out.safetensors");
        CliResult result = host.Run("export", "--model", "tiny-base", "--output", output, "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("model files reconstructed seconds", CliResult.Properties(result.Json));
        JsonElement file = Assert.Single(result.Json.GetProperty("files").EnumerateArray());
        Assert.Equal("path sizeBytes sha256", CliResult.Properties(file));
        Assert.Equal(output, file.GetProperty("path").GetString());
        Assert.Equal(347504, file.GetProperty("sizeBytes").GetInt64());

        // sha256sum samples/tiny-base.safetensors
        Assert.Equal("02c3e67753bffdf9112521db458f75ea7d540cf9a2362d94fd3ab11862932484", file.GetProperty("sha256").GetString());
        Assert.Equal(File.ReadAllBytes(Base), File.ReadAllBytes(output));
    }

    [Fact]
    public void An_export_refuses_to_overwrite_unless_told_to()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string output = host.Folder.Write("out.safetensors", [1, 2, 3]);
        CliResult refused = host.Run("export", "--model", "tiny-base", "--output", output, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("OUTPUT_EXISTS", refused.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal([1, 2, 3], File.ReadAllBytes(output));
        Assert.Equal(0, host.Run("export", "--model", "tiny-base", "--output", output, "--overwrite").ExitCode);
        Assert.Equal(File.ReadAllBytes(Base), File.ReadAllBytes(output));
    }
}
