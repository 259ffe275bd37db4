using System.Collections;
using System.Management.Automation.Provider;

namespace Hartonomous.Commands;

/// <summary>Gives a text to <c>Get-Content</c>, by lines or as a whole.</summary>
internal sealed class TextContentReader(string text, bool isRaw) : IContentReader
{
    private readonly string[] _parts = isRaw ? [text] : text.ReplaceLineEndings("\n").Split('\n');
    private int _next;

    /// <inheritdoc/>
    public IList Read(long readCount)
    {
        int left = _parts.Length - _next;
        int count = readCount <= 0 ? left : (int)Math.Min(readCount, left);
        string[] read = _parts[_next..(_next + count)];
        _next += count;
        return read;
    }

    /// <inheritdoc/>
    public void Seek(long offset, SeekOrigin origin)
    {
        long from = origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _next, _ => _parts.Length };
        _next = (int)Math.Clamp(from + offset, 0, _parts.Length);
    }

    /// <inheritdoc/>
    public void Close()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
