using System.Management.Automation;
using System.Reflection;
using Hartonomous.Commands;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Cli;

namespace Hartonomous.Tests.Cmdlets;

public class ErrorCategoryTests
{
    [Theory]
    [InlineData("GGUF_MAGIC", ErrorCategory.InvalidData)]
    [InlineData("FILE_NOT_FOUND", ErrorCategory.ObjectNotFound)]
    [InlineData("MODEL_EXISTS", ErrorCategory.ResourceExists)]
    [InlineData("STORE_BUSY", ErrorCategory.ResourceBusy)]
    [InlineData("PATH_ESCAPE", ErrorCategory.SecurityError)]
    [InlineData("ACCESS_DENIED", ErrorCategory.PermissionDenied)]
    public void An_error_has_the_category_that_scripts_expect(string code, ErrorCategory expected) =>
        Assert.Equal(expected, ErrorRecords.CategoryOf(code));

    [Fact]
    public void Every_code_of_the_cmdlets_is_documented()
    {
        string page = RepositoryFiles.Documentation("errors.md");
        Assert.All(
            typeof(HartErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!),
            code => Assert.Contains($"| `{code}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Only_what_a_file_or_a_store_holds_wrongly_is_invalid_data()
    {
        string[] invalid =
        [
            .. new[] { typeof(FormatErrorCodes), typeof(StoreErrorCodes), typeof(HartErrorCodes) }
                .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
                .Select(field => (string)field.GetRawConstantValue()!)
                .Where(code => ErrorRecords.CategoryOf(code) == ErrorCategory.InvalidData)
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["FILE_EMPTY", "FILE_TRUNCATED", "FORMAT_UNKNOWN", "STORE_CORRUPT"], invalid);
    }
}
