namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// Signatures in the layout that <see cref="SignatureScan"/> reads: blocks of 64, byte t of column c that of signature t. Grows page by page.
/// </summary>
internal sealed class SignaturePages
{
    /// <summary>Blocks of a page.</summary>
    public const int BlocksPerPage = 1024;

    private readonly List<byte[]> _pages = [];

    /// <summary>Pages of signatures of some dimensions.</summary>
    /// <param name="rotatedLength">Dimensions of the rotated sketch; <see cref="RandomRotation.Length"/>.</param>
    public SignaturePages(int rotatedLength)
    {
        Columns = rotatedLength / 8;
        BlockBytes = Columns * SignatureScan.Block;
    }

    /// <summary>Bytes of a signature.</summary>
    public int Columns { get; }

    /// <summary>Bytes of a block.</summary>
    public int BlockBytes { get; }

    /// <summary>Number of pages.</summary>
    public int Count => _pages.Count;

    /// <summary>Bytes in memory.</summary>
    public long SizeBytes => (long)_pages.Count * BlocksPerPage * BlockBytes;

    /// <summary>A page.</summary>
    public byte[] this[int page] => _pages[page];

    /// <summary>Makes room for so many signatures.</summary>
    public void Reserve(long signatures)
    {
        long blocks = (signatures + SignatureScan.Block - 1) / SignatureScan.Block;
        while ((long)_pages.Count * BlocksPerPage < blocks)
        {
            _pages.Add(GC.AllocateArray<byte>(BlocksPerPage * BlockBytes, pinned: true));
        }
    }

    /// <summary>Sets a signature there is room for. Several threads may set different ones.</summary>
    public void Set(int ordinal, ReadOnlySpan<byte> signature)
    {
        int block = ordinal / SignatureScan.Block;
        Span<byte> bytes = _pages[block / BlocksPerPage].AsSpan((block % BlocksPerPage * BlockBytes) + (ordinal % SignatureScan.Block));
        for (int column = 0; column < Columns; column++)
        {
            bytes[column * SignatureScan.Block] = signature[column];
        }
    }
}
