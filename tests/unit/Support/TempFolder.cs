namespace Hartonomous.Tests.Support;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("hart-test-").FullName;

    /// <summary>Full path of something in the folder; the folders above it are made.</summary>
    public string File(string relative)
    {
        string path = Path.Combine(Root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a file and returns its full path.</summary>
    public string Write(string relative, ReadOnlySpan<byte> content)
    {
        string path = File(relative);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
