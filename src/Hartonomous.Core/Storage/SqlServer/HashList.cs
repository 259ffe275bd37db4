using System.Buffers;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Distinct hashes, one after the other in one binary parameter; other parameters refer to them by their place.</summary>
internal sealed class HashList
{
    private readonly Dictionary<ContentHash, int> _places = [];
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>How many there are.</summary>
    public int Count => _places.Count;

    /// <summary>The place of a hash, which is added if need be.</summary>
    public int PlaceOf(ContentHash hash)
    {
        if (!_places.TryGetValue(hash, out int place))
        {
            place = _places.Count;
            _places.Add(hash, place);
            _bytes.Write(hash.ToArray());
        }

        return place;
    }

    /// <summary>All of them, 32 bytes each.</summary>
    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
