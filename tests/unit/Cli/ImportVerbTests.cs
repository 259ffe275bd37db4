using System.Text.Json;

namespace Hartonomous.Tests.Cli;

public class ImportVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");
    private static readonly string FineTune = RepositoryFiles.Sample("tiny-finetune.safetensors");

    [Fact]
    public void The_document_has_the_documented_properties()
    {
        using CliHost host = new();
        CliResult result = host.Run("import", Base, "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(string.Empty, result.Error);
        Assert.Equal("imports errors", CliResult.Properties(result.Json));
        JsonElement import = Assert.Single(result.Json.GetProperty("imports").EnumerateArray());
        Assert.Equal(
            "model modelId jobId status format source tensors sizeBytes newAtoms newBytes reusedAtoms reusedBytes inPlaceBytes resumed seconds warnings",
            CliResult.Properties(import));
        Assert.Equal("tiny-base", import.GetProperty("model").GetString());
        Assert.Equal("Complete", import.GetProperty("status").GetString());
        Assert.Equal("SafeTensors", import.GetProperty("format").GetString());
        Assert.Equal(Base, import.GetProperty("source").GetString());
        Assert.Equal(21, import.GetProperty("tensors").GetInt64());
        Assert.Equal(347504, import.GetProperty("sizeBytes").GetInt64());
        Assert.Equal(JsonValueKind.Number, import.GetProperty("jobId").ValueKind);
        Assert.Equal(0, result.Json.GetProperty("errors").GetArrayLength());
    }

    [Fact]
    public void A_fine_tune_that_differs_in_one_tensor_stores_that_tensor()
    {
        // model.layers.1.mlp.down_proj.weight: 64 x 192 values of 2 bytes.
        using CliHost host = new();
        host.Run("import", Base);
        JsonElement import = host.Run("import", FineTune, "--json").Json.GetProperty("imports")[0];
        Assert.Equal(1, import.GetProperty("newAtoms").GetInt64());
        Assert.Equal(24576, import.GetProperty("newBytes").GetInt64());
        Assert.Equal(20, import.GetProperty("reusedAtoms").GetInt64());
    }

    [Fact]
    public void Importing_the_same_file_twice_stores_nothing_and_says_so()
    {
        using CliHost host = new();
        host.Run("import", Base);
        CliResult text = host.Run("import", Base);
        Assert.Equal(0, text.ExitCode);
        Assert.Contains("tiny-base was stored already, unchanged: nothing new was stored.", text.Out, StringComparison.Ordinal);
        JsonElement import = host.Run("import", Base, "--json").Json.GetProperty("imports")[0];
        Assert.Equal("Unchanged", import.GetProperty("status").GetString());
        Assert.Equal(0, import.GetProperty("newBytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, import.GetProperty("jobId").ValueKind);
    }

    [Fact]
    public void People_get_a_table_and_what_was_saved()
    {
        using CliHost host = new();
        CliResult result = host.Run("import", Base, FineTune);
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"tiny-finetune +SafeTensors +21 +339\.4 KiB +24\.0 KiB .* complete", result.Out);
        Assert.Matches(@"The store holds 2 models: 678\.7 KiB of files in .*; .* saved\.", result.Out);
    }

    [Fact]
    public void A_broken_file_is_reported_and_the_others_are_imported()
    {
        using CliHost host = new();
        string first = host.Folder.Write("first.safetensors", TinyModel.Build(("x", [1])));
        string broken = host.Folder.Write("broken.safetensors", TinyModel.BuildTruncated(("x", [1])));
        string last = host.Folder.Write("last.safetensors", TinyModel.Build(("x", [2])));
        string absent = host.Folder.File("absent.safetensors");
        CliResult result = host.Run("import", first, broken, absent, last, "--json");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(
            ["first", "last"],
            result.Json.GetProperty("imports").EnumerateArray().Select(import => import.GetProperty("model").GetString()));
        JsonElement[] errors = [.. result.Json.GetProperty("errors").EnumerateArray()];
        Assert.Equal(
            [(absent, "FILE_NOT_FOUND"), (broken, "SAFETENSORS_DATA_TRUNCATED")],
            errors.Select(error => (error.GetProperty("path").GetString(), error.GetProperty("code").GetString())));
        Assert.All(errors, error => Assert.NotEqual(string.Empty, error.GetProperty("message").GetString()));
        Assert.Contains("hart: FILE_NOT_FOUND: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("hart: SAFETENSORS_DATA_TRUNCATED: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_shards_of_one_model_are_imported_once()
    {
        using CliHost host = new();
        string first = host.Folder.Write("m-00001-of-00002.safetensors", TinyModel.Build(("a", [1])));
        string second = host.Folder.Write("m-00002-of-00002.safetensors", TinyModel.Build(("b", [2])));
        CliResult result = host.Run("import", second, first, second, "--json");
        Assert.Equal(0, result.ExitCode);
        JsonElement import = Assert.Single(result.Json.GetProperty("imports").EnumerateArray());
        Assert.Equal("m", import.GetProperty("model").GetString());
        Assert.Equal(2, import.GetProperty("tensors").GetInt64());
    }

    [Fact]
    public void One_name_for_several_models_is_wrong_usage()
    {
        using CliHost host = new();
        CliResult result = host.Run("import", Base, FineTune, "--name", "both", "--json");
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("USAGE", result.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.False(Directory.Exists(host.Store));
    }

    [Fact]
    public void A_name_with_control_characters_is_wrong_usage()
    {
        using CliHost host = new();
        Assert.Equal(2, host.Run("import", Base, "--name", "a\nb").ExitCode);
    }

    [Fact]
    public void A_different_model_of_the_same_name_needs_replace()
    {
        using CliHost host = new();
        host.Run("import", Base, "--name", "m");
        CliResult refused = host.Run("import", FineTune, "--name", "m", "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("MODEL_EXISTS", refused.Json.GetProperty("errors")[0].GetProperty("code").GetString());
        Assert.Equal(0, host.Run("import", FineTune, "--name", "m", "--replace").ExitCode);
        Assert.Equal(FineTune, host.Run("models", "--json").Json.GetProperty("models")[0].GetProperty("source").GetString());
    }

    [Fact]
    public void Replace_does_not_let_one_path_take_the_place_of_another()
    {
        using CliHost host = new();
        string first = host.Folder.Write("a/same.safetensors", TinyModel.Build(("x", [1])));
        string second = host.Folder.Write("b/same.safetensors", TinyModel.Build(("x", [2])));
        CliResult result = host.Run("import", first, second, "--replace", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal(first, Assert.Single(result.Json.GetProperty("imports").EnumerateArray()).GetProperty("source").GetString());
        Assert.Equal("MODEL_EXISTS", result.Json.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public void A_selection_stores_the_tensors_that_fit_under_a_name_of_its_own()
    {
        using CliHost host = new();
        CliResult result = host.Run("import", Base, "--tensor", "*.k_proj.*", "--tensor", "model.norm.*", "--json");
        Assert.Equal("tiny-base-selection", result.Json.GetProperty("imports")[0].GetProperty("model").GetString());
        Assert.Equal(
            ["model.layers.0.self_attn.k_proj.weight", "model.layers.1.self_attn.k_proj.weight", "model.norm.weight"],
            host.Run("tensors", "--model", "tiny-base-selection", "--json").Json.GetProperty("tensors").EnumerateArray()
                .Select(tensor => tensor.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_selection_of_nothing_fails()
    {
        using CliHost host = new();
        CliResult result = host.Run("import", Base, "--tensor", "absent", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("TENSOR_NOT_FOUND", result.Json.GetProperty("errors")[0].GetProperty("code").GetString());
    }

    [Fact]
    public void A_folder_that_is_something_else_is_no_store()
    {
        using CliHost host = new();
        host.Folder.Write("docs/readme.txt", [1]);
        CliResult result = host.Run("import", Base, "--store", host.Folder.File("docs"), "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("STORE_INVALID", result.Json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public void A_path_to_nothing_makes_no_store()
    {
        using CliHost host = new();
        Assert.Equal(3, host.Run("import", host.Folder.File("absent")).ExitCode);
        Assert.False(Directory.Exists(host.Store));
    }

    [Fact]
    public void A_progress_bar_stays_off_standard_output_and_takes_any_name()
    {
        using CliHost host = new() { IsTerminal = true };
        string path = host.Folder.Write("[red]m[.safetensors", TinyModel.Build(("x", new byte[1 << 20])));
        CliResult result = host.Run("import", path, "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("[red]m[", result.Json.GetProperty("imports")[0].GetProperty("model").GetString());
        Assert.Contains("[red]m[", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("[red]m[", host.Run("import", path, "--json", "--no-progress").Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_import_ends_with_130_and_says_how_to_go_on()
    {
        using CliHost host = new();
        CliResult result = await host.RunAsync(["import", Base, FineTune, "--json"], new CancellationToken(canceled: true));
        Assert.Equal(130, result.ExitCode);
        Assert.Equal("INTERRUPTED", Assert.Single(result.Json.GetProperty("errors").EnumerateArray()).GetProperty("code").GetString());
        Assert.Contains("the same command goes on from there", result.Error, StringComparison.Ordinal);
    }
}
