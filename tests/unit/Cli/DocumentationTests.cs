using System.Reflection;
using Hartonomous.Core.Storage;

namespace Hartonomous.Tests.Cli;

public class DocumentationTests
{
    [Fact]
    public void Every_error_code_is_documented()
    {
        string page = RepositoryFiles.Documentation("errors.md");
        string[] codes = [.. Codes(typeof(StoreErrorCodes).Assembly), .. Codes(typeof(Hartonomous.Cli.CliErrorCodes).Assembly)];
        Assert.Contains("MODEL_EXISTS", codes);
        Assert.Contains("USAGE", codes);
        Assert.Equal([], codes.Where(code => !page.Contains($"| `{code}` |", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("import")]
    [InlineData("models")]
    [InlineData("tensors")]
    [InlineData("export")]
    [InlineData("remove")]
    [InlineData("verify")]
    [InlineData("stats")]
    [InlineData("decode")]
    [InlineData("jobs")]
    [InlineData("resume")]
    [InlineData("tenants")]
    [InlineData("score")]
    [InlineData("prune")]
    [InlineData("sparsify")]
    [InlineData("optimize")]
    [InlineData("repair")]
    [InlineData("spatialize")]
    [InlineData("find")]
    [InlineData("lineage")]
    [InlineData("locality")]
    [InlineData("compress")]
    [InlineData("expand")]
    [InlineData("compare")]
    [InlineData("absorb")]
    public void Every_option_is_documented_in_the_section_of_its_verb(string verb)
    {
        using CliHost host = new();
        string page = RepositoryFiles.Documentation("cli.md").ReplaceLineEndings("\n");
        string general = page[..page.IndexOf("\n## hart inspect\n", StringComparison.Ordinal)];
        int start = page.IndexOf($"\n## hart {verb}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/cli.md has no section for {verb}.");
        int end = page.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        string section = general + page[start..(end < 0 ? page.Length : end)];
        string[] options =
        [
            .. host.Run(verb, "--help").Out.Split('\n')
                .SelectMany(line => line.TrimStart().Split(' ', ',').TakeWhile(word => word.Length == 0 || word[0] is '-' or '<'))
                .Where(word => word.StartsWith("--", StringComparison.Ordinal)),
        ];
        Assert.Contains("--store", options);
        Assert.Equal([], options.Where(option => !section.Contains($"`{option}", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Codes(Assembly assembly) =>
        from type in assembly.GetTypes()
        where type.Name.EndsWith("ErrorCodes", StringComparison.Ordinal) || type.Name.EndsWith("FindingCodes", StringComparison.Ordinal)
        from field in type.GetFields(BindingFlags.Public | BindingFlags.Static)
        where field.IsLiteral && field.FieldType == typeof(string)
        select (string)field.GetRawConstantValue()!;
}
