namespace Hartonomous.Core.Formats.IO;

/// <summary>A view that closes what it is a view of when it is closed itself.</summary>
internal sealed class OwningByteSource(ByteSource view, IDisposable owned) : ByteSource
{
    public override string Name => view.Name;

    public override long Length => view.Length;

    public override DateTime LastWriteTimeUtc => view.LastWriteTimeUtc;

    public override bool HasChanged() => view.HasChanged();

    protected internal override void ReadCore(long offset, Span<byte> destination) => view.ReadCore(offset, destination);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            view.Dispose();
            owned.Dispose();
        }

        base.Dispose(disposing);
    }
}
