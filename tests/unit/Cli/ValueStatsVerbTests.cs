using System.Text.Json;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

public class ValueStatsVerbTests
{
    private static readonly float[] Values = [-1.5f, 0f, 2.25f, -0f, 0.5f, float.NaN, float.PositiveInfinity];

    [Fact]
    public void Statistics_of_a_tensor_have_the_documented_properties()
    {
        using CliHost host = new();
        JsonElement document = host.Run("stats", Model(host), "--tensor", "w", "--bins", "4", "--json").Json;
        Assert.Equal("model tensors", CliResult.Properties(document));
        Assert.Equal("m", document.GetProperty("model").GetString());
        JsonElement tensor = Assert.Single(document.GetProperty("tensors").EnumerateArray());
        Assert.Equal(
            "name dtype shape count nanCount infinityCount min max mean standardDeviation l1 l2 zeroCount sparsity histogram",
            CliResult.Properties(tensor));
        Assert.Equal(7, tensor.GetProperty("count").GetInt64());
        Assert.Equal(1, tensor.GetProperty("nanCount").GetInt64());
        Assert.Equal(1, tensor.GetProperty("infinityCount").GetInt64());
        Assert.Equal(-1.5, tensor.GetProperty("min").GetDouble());
        Assert.Equal(2.25, tensor.GetProperty("max").GetDouble());
        Assert.Equal(0.25, tensor.GetProperty("mean").GetDouble());
        Assert.Equal(4.25, tensor.GetProperty("l1").GetDouble());
        Assert.Equal(0.4, tensor.GetProperty("sparsity").GetDouble());
        JsonElement histogram = tensor.GetProperty("histogram");
        Assert.Equal("low width counts below above", CliResult.Properties(histogram));
        Assert.Equal(-2, histogram.GetProperty("low").GetDouble());
        Assert.Equal(2, histogram.GetProperty("width").GetDouble());
        Assert.Equal("[1,3,1]", histogram.GetProperty("counts").GetRawText());
    }

    [Fact]
    public void A_range_and_a_threshold_are_heeded()
    {
        using CliHost host = new();
        JsonElement tensor = host.Run(
            "stats", Model(host), "--tensor", "w", "--bins", "2", "--histogram-range", "-1:1", "--zero-threshold", "0.5", "--json")
            .Json.GetProperty("tensors")[0];
        Assert.Equal(3, tensor.GetProperty("zeroCount").GetInt64());
        Assert.Equal("[0,3]", tensor.GetProperty("histogram").GetProperty("counts").GetRawText());
        Assert.Equal(1, tensor.GetProperty("histogram").GetProperty("below").GetInt64());
        Assert.Equal(1, tensor.GetProperty("histogram").GetProperty("above").GetInt64());
    }

    [Fact]
    public void All_tensors_of_a_stored_model_are_measured_where_none_is_named()
    {
        using CliHost host = new();
        host.Run("import", Model(host));
        CliResult result = host.Run("stats", "--model", "m", "--bins", "0", "--json");
        Assert.Equal(
            ["w", "empty"], result.Json.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()));
        JsonElement empty = result.Json.GetProperty("tensors")[1];
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("min").ValueKind);
        Assert.Equal(JsonValueKind.Null, empty.GetProperty("histogram").ValueKind);
        Assert.Equal(0, empty.GetProperty("l2").GetDouble());
        Assert.Matches(@"w +F32 +7 +0\.25 ", host.Run("stats", "m").Out);
    }

    [Fact]
    public void A_single_tensor_is_shown_with_its_histogram()
    {
        using CliHost host = new();
        string text = host.Run("stats", Model(host), "--tensor", "w", "--bins", "4").Out;
        Assert.Matches(@"Mean +0\.25", text);
        Assert.Matches(@"NaN +1", text);
        Assert.Matches(@"0 +3 +#{40}", text);
    }

    [Theory]
    [InlineData("--tensor", "w")]
    [InlineData("--bins", "8")]
    [InlineData("--histogram-range", "0:1")]
    public void Options_about_values_need_a_model(string option, string value)
    {
        using CliHost host = new();
        CliResult result = host.Run("stats", option, value);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bins", "1")]
    [InlineData("--bins", "65537")]
    [InlineData("--histogram-range", "1:1")]
    [InlineData("--histogram-range", "0:Infinity")]
    [InlineData("--zero-threshold", "-1")]
    public void Values_that_mean_nothing_are_refused(string option, string value)
    {
        using CliHost host = new();
        Assert.Equal(2, host.Run("stats", Model(host), option, value).ExitCode);
    }

    /// <summary>A file of a vector of seven values and one of none.</summary>
    private static string Model(CliHost host) => host.Folder.Write("m.safetensors", SafeTensorsBuilder.File(
        $"{{{SafeTensorsBuilder.Tensor("w", "F32", "[7]", 0, 28)},{SafeTensorsBuilder.Tensor("empty", "F32", "[0]", 28, 28)}}}",
        [.. Values.SelectMany(BitConverter.GetBytes)]));
}
