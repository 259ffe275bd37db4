using System.Security.Cryptography;

namespace Hartonomous.Tests.Support;

/// <summary>
/// A test that needs one reference file as it was published: shown as skipped, with the reason, where it is absent or has other bytes.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceFileFactAttribute : FactAttribute
{
    public ReferenceFileFactAttribute(string path, string sha256)
    {
        Path = path;
        Sha256 = sha256;
        Skip = TestData.ReferenceRoot is null ? TestData.NoReference
            : !Hash(TestData.Reference(path)).Equals(sha256, StringComparison.OrdinalIgnoreCase)
                ? $"The reference file {path} is not as it was published."
            : null;
    }

    public string Path { get; }

    public string Sha256 { get; }

    private static string Hash(string path) =>
        File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : string.Empty;
}
