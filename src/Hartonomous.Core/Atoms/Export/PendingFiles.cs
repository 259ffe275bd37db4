namespace Hartonomous.Core.Atoms.Export;

/// <summary>
/// Files that are being written. Each has a name of its own beside its place until all are whole; what does not come to that is deleted.
/// </summary>
internal sealed class PendingFiles : IDisposable
{
    private readonly List<(string Partial, string Final)> _files = [];
    private bool _isDone;

    /// <summary>Where to write a file that is to be at <paramref name="path"/>. Makes its folder.</summary>
    public string Add(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string partial = Path.Combine(folder, $".{Guid.NewGuid():N}.hart-partial");
        _files.Add((partial, path));
        return partial;
    }

    /// <summary>Gives all files their names.</summary>
    /// <param name="overwrite">Whether files that are there are replaced.</param>
    /// <exception cref="IOException">A file is in the way, or cannot be renamed. Those renamed before it are taken away again.</exception>
    public void Commit(bool overwrite)
    {
        List<string> placed = [];
        try
        {
            foreach ((string partial, string final) in _files)
            {
                bool isNew = !Path.Exists(final);
                File.Move(partial, final, overwrite);
                if (isNew)
                {
                    placed.Add(final);
                }
            }

            _isDone = true;
        }
        catch
        {
            placed.ForEach(File.Delete);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDone)
        {
            _files.ForEach(file => File.Delete(file.Partial));
        }
    }
}
