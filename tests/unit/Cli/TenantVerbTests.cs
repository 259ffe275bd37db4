using System.Text.Json;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

public class TenantVerbTests
{
    [Fact]
    public void Tenants_are_added_changed_listed_and_removed()
    {
        using CliHost host = new();
        Assert.Equal(0, host.Run("tenants", "add", "lab", "--max-bytes", "1000", "--description", "the lab").ExitCode);
        Assert.Equal(0, host.Run("tenants", "set", "lab", "--max-atoms", "5").ExitCode);

        JsonElement lab = host.Run("tenants", "--json").Json.GetProperty("tenants")[1];
        Assert.Equal(
            "tenantId name description maxAtoms maxBytes models tensors atoms bytes bytesImported createdAt lastIngestedAt", CliResult.Properties(lab));
        Assert.Equal(("lab", "the lab", 5, 1000), (
            lab.GetProperty("name").GetString(), lab.GetProperty("description").GetString(),
            lab.GetProperty("maxAtoms").GetInt32(), lab.GetProperty("maxBytes").GetInt32()));
        Assert.Equal(JsonValueKind.Null, host.Run("tenants", "set", "lab", "--max-bytes", "none", "--json").Json.GetProperty("tenants")[0]
            .GetProperty("maxBytes").ValueKind);
        Assert.Contains("the lab", host.Run("tenants", "list").Out, StringComparison.Ordinal);
        Assert.Contains("TENANT_EXISTS", host.Run("tenants", "add", "LAB").Error, StringComparison.Ordinal);
        Assert.Equal(2, host.Run("tenants", "set", "lab", "--max-atoms", "-1").ExitCode);
        Assert.Equal(0, host.Run("tenants", "remove", "lab").ExitCode);
        Assert.Contains("TENANT_NOT_FOUND", host.Run("tenants", "remove", "lab").Error, StringComparison.Ordinal);
        Assert.Contains("TENANT_DEFAULT", host.Run("tenants", "remove", "default", "--force").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verb_keeps_to_the_tenant_that_is_named()
    {
        using CliHost host = new();
        string a = host.Folder.Write("a.safetensors", TinyModel.Build(("w", [1, 2, 3])));
        string b = host.Folder.Write("b.safetensors", TinyModel.Build(("w", [4, 5, 6])));
        Assert.Contains("TENANT_NOT_FOUND", host.Run("import", a, "--tenant", "lab").Error, StringComparison.Ordinal);
        host.Run("tenants", "add", "lab");

        Assert.Equal(0, host.Run("import", a, "--name", "m", "--tenant", "lab").ExitCode);
        Assert.Equal(0, host.Run("import", b, "--name", "m").ExitCode);

        Assert.Equal("lab", host.Run("models", "--tenant", "lab", "--json").Json.GetProperty("models")[0].GetProperty("tenant").GetString());
        Assert.Equal(2, host.Run("models", "--tenant", "*", "--json").Json.GetProperty("models").GetArrayLength());
        Assert.Equal(1, host.Run("stats", "--json").Json.GetProperty("models").GetInt32());
        Assert.Equal(2, host.Run("stats", "--tenant", "*", "--json").Json.GetProperty("models").GetInt32());
        Assert.Equal(1, host.Run("jobs", "--tenant", "lab", "--json").Json.GetProperty("jobs").GetArrayLength());
        string copy = host.Folder.File("copy");
        Assert.Equal(0, host.Run("export", "--model", "m", "--output", copy, "--tenant", "lab").ExitCode);
        Assert.Equal(File.ReadAllBytes(a), File.ReadAllBytes(copy));
        Assert.Contains("TENANT_REQUIRED", host.Run("export", "--model", "m", "--output", copy, "--tenant", "*").Error, StringComparison.Ordinal);
        Assert.True(host.Run("verify", "--full", "--json").Json.GetProperty("ok").GetBoolean());
        Assert.Contains("TENANT_NOT_EMPTY", host.Run("tenants", "remove", "lab").Error, StringComparison.Ordinal);
        Assert.Equal(1, host.Run("tenants", "remove", "lab", "--force", "--json").Json.GetProperty("models").GetInt32());
        Assert.Equal(1, host.Run("models", "--tenant", "*", "--json").Json.GetProperty("models").GetArrayLength());
    }

    [Fact]
    public void An_exceeded_quota_has_an_exit_code_of_its_own_and_the_import_goes_on_when_it_is_raised()
    {
        using CliHost host = new();
        string path = host.Folder.Write("m.safetensors", TinyModel.Build(("w", TestModel.Noise(1, 1000))));
        host.Run("tenants", "add", "lab", "--max-bytes", "999");

        CliResult refused = host.Run("import", path, "--tenant", "lab", "--json");
        Assert.Equal((4, "QUOTA_BYTES"), (refused.ExitCode, refused.Json.GetProperty("errors")[0].GetProperty("code").GetString()));
        Assert.Equal("QUOTA_BYTES", host.Run("jobs", "--tenant", "lab", "--json").Json.GetProperty("jobs")[0].GetProperty("errorCode").GetString());
        Assert.Equal(4, host.Run("resume", "--all", "--tenant", "lab").ExitCode);

        host.Run("tenants", "set", "lab", "--max-bytes", "1000");
        Assert.Equal(0, host.Run("resume", "--all", "--tenant", "*").ExitCode);
        Assert.Equal(1000, host.Run("tenants", "--json").Json.GetProperty("tenants")[1].GetProperty("bytes").GetInt32());
    }

    [Fact]
    public void A_cut_that_does_not_suit_a_tensor_is_a_warning()
    {
        using CliHost host = new();
        string path = host.Folder.Write("m.safetensors", TinyModel.Build(("large", new byte[(1 << 20) + 1])));

        CliResult result = host.Run("import", path, "--granularity", "value");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("warning: m: 1 tensors have more than 1,048,576 values", result.Error, StringComparison.Ordinal);
        Assert.Equal(2, host.Run("import", path, "--granularity", "atom").ExitCode);
    }
}
