using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>Copies what was imported in place into the store, so that the files it lies in are not needed any more.</summary>
public sealed class ModelAbsorber(IModelStore store)
{
    /// <summary>Absorbs a model. Interrupted, it goes on from its last commit when it is called again.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <returns>What was copied; nothing where the model lies in the store already.</returns>
    /// <exception cref="StoreException">
    /// There is no such model; a file is missing (<c>IN_PLACE_SOURCE_MISSING</c>) or does not hold what it held
    /// (<c>IN_PLACE_SOURCE_CHANGED</c>).
    /// </exception>
    public AbsorbSummary Absorb(string name, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        StoredModel model = store.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        if (store is not IInPlaceStore places)
        {
            return new AbsorbSummary(0, 0);
        }

        Counter counter = new(name, places.GetInPlaceUse(model.ModelId).Bytes, progress);
        return places.Absorb(model.ModelId, counter, cancellation);
    }

    /// <summary>Adds up the bytes that are reported.</summary>
    private sealed class Counter(string item, long total, IProgress<OperationProgress>? progress) : IProgress<long>
    {
        private long _done;

        public void Report(long value) => progress?.Report(new OperationProgress(item, Math.Min(_done += value, total), total));
    }
}
