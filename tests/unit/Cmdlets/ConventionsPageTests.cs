using System.Reflection;
using System.Text.RegularExpressions;
using Hartonomous.Tests.Cli;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>The page of the conventions names tests that there are.</summary>
public partial class ConventionsPageTests
{
    private static readonly string[] Rows =
    [
        .. File.ReadAllLines(Path.Combine(RepositoryFiles.Folder("docs"), "conventions.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1),
    ];

    [Fact]
    public void Every_section_of_the_guidelines_has_a_row() => Assert.All(
        Enumerable.Range(1, 13),
        section => Assert.Single(Rows, row => row.StartsWith($"| **1.{section} ", StringComparison.Ordinal)));

    [Fact]
    public void The_unit_tests_that_it_names_are_there()
    {
        string[] methods =
        [
            .. typeof(ConventionsPageTests).Assembly.GetTypes()
                .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                    .Select(method => $"{type.Name}.{method.Name}")),
        ];
        string[] named = [.. Rows.SelectMany(row => UnitTest().Matches(row)).Select(match => match.Groups[1].Value)];
        Assert.True(named.Length > 20);
        Assert.All(named, name => Assert.Contains(
            methods, method => name.EndsWith("...", StringComparison.Ordinal) ? method.StartsWith(name[..^3], StringComparison.Ordinal) : method == name));
    }

    [Fact]
    public void The_Pester_tests_that_it_names_are_there()
    {
        string tests = string.Concat(Directory.EnumerateFiles(RepositoryFiles.Folder("tests/pester"), "*.ps1").Select(File.ReadAllText));
        string[] named =
        [
            .. Rows.SelectMany(row => PesterTests().Matches(row))
                .SelectMany(list => Regex.Matches(list.Groups[1].Value, "`([^`]+)`"))
                .Select(match => match.Groups[1].Value),
        ];
        Assert.True(named.Length > 20);
        Assert.All(named, name => Assert.Contains($"It '{name}'", tests, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+(?:\.\.\.)?)`")]
    private static partial Regex UnitTest();

    [GeneratedRegex(@"Pester: ((?:`[^`]+`(?:, )?)+)")]
    private static partial Regex PesterTests();
}
