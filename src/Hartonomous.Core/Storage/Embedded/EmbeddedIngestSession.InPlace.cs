using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <content>Contents that stay where they are.</content>
internal sealed partial class EmbeddedIngestSession : IInPlaceSession
{
    private readonly Dictionary<ContentHash, StagedPlace> _places = [];

    public void ReferTo(ContentHash hash, SourceFile file, long offset, int length)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _places.TryAdd(hash, new StagedPlace(file, offset, length));
    }
}
