using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>What exports have to know of pruned tensors, and of the use that they are.</summary>
internal static class PrunedModel
{
    /// <summary>Names of the tensors chosen that were pruned.</summary>
    /// <exception cref="StoreException">There are some, and it is not said what to write (<c>EXPORT_PRUNED</c>).</exception>
    public static HashSet<string> Names(IModelStore store, ModelSource source, IReadOnlyList<TensorInfo> chosen, PrunedExport wanted)
    {
        StoredModel? model = store.FindModel(source.Location.Name);
        IReadOnlyList<PrunedTensor> pruned = store is IPruningStore pruning && model is not null ? pruning.ListPruned(model.ModelId) : [];
        HashSet<string> names = [.. pruned.Select(tensor => tensor.Name)];
        names.IntersectWith(chosen.Select(tensor => tensor.Name));
        return names.Count == 0 || wanted != PrunedExport.Refuse ? names : throw Refusal(source.Location.Name, names.Count, chosen.Count);
    }

    /// <summary>The error of a pruned model that is to be exported.</summary>
    public static StoreException Refusal(string model, long pruned, long tensors) => new(
        PruneErrorCodes.Export,
        model,
        $"{pruned} of its {tensors} tensors were pruned; say whether zeros are to stand in their place or they are to be left out");

    /// <summary>Notes that tensors are used.</summary>
    public static void NoteAccess(IModelStore store, IEnumerable<TensorInfo> tensors)
    {
        if (store is not IPruningStore noting)
        {
            return;
        }

        foreach (TensorInfo tensor in tensors)
        {
            noting.NoteAccess(tensor.Sha256!.Value);
        }
    }
}
