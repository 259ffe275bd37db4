using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>
/// A store that can refer to contents where they lie, in the files they were imported from. Its sessions are
/// <see cref="IInPlaceSession"/>; what is read from such a file is held against its hash on every read.
/// </summary>
public interface IInPlaceStore : IModelStore
{
    /// <summary>What of a model lies outside the store.</summary>
    InPlaceUse GetInPlaceUse(long modelId);

    /// <summary>Whether something of a stored file lies outside the store; false where no such file is stored.</summary>
    bool IsInPlace(ContentHash sha256);

    /// <summary>
    /// Copies what of a model lies outside into the store, in chunks that are committed one by one: interrupted, it goes on from there when
    /// it is called again.
    /// </summary>
    /// <param name="modelId">The model.</param>
    /// <param name="progress">Told the bytes copied since it was last told.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <exception cref="StoreException">
    /// A file is missing (<c>IN_PLACE_SOURCE_MISSING</c>) or does not hold what it held (<c>IN_PLACE_SOURCE_CHANGED</c>).
    /// </exception>
    AbsorbSummary Absorb(long modelId, IProgress<long>? progress, CancellationToken cancellation);
}
