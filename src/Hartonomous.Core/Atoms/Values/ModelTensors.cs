using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>The tensors of a model and their content, whether the model lies in files or in a store.</summary>
public abstract class ModelTensors
{
    /// <summary>The model's name.</summary>
    public abstract string Name { get; }

    /// <summary>What an error names the model by: its path, or its name in the store.</summary>
    public abstract string DisplayName { get; }

    /// <summary>The tensors, in the order of the files.</summary>
    public abstract IReadOnlyList<TensorInfo> Tensors { get; }

    /// <summary>The store and the model in it; null for a model in files.</summary>
    public virtual (IModelStore Store, StoredModel Model)? Stored => null;

    /// <summary>The tensors of an opened model, which has to outlive the result.</summary>
    public static ModelTensors Of(ModelSource source) => new InFiles(source);

    /// <summary>The tensors of a stored model. The store has to outlive the result.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">The model.</param>
    /// <param name="isUse">Whether opening a tensor counts as a use of it: measuring and the like do not keep a tensor from being idle.</param>
    public static ModelTensors Of(IModelStore store, StoredModel model, bool isUse = true) => new InStore(store, model, isUse);

    /// <summary>
    /// The content of a tensor: row-major, little-endian, in its stored encoding, <see cref="TensorInfo.SizeBytes"/> long. The caller
    /// disposes it.
    /// </summary>
    /// <exception cref="ModelFormatException">A file is not as its format says.</exception>
    /// <exception cref="StoreException">What is stored is damaged.</exception>
    public abstract ByteSource Open(TensorInfo tensor);

    private sealed class InFiles(ModelSource source) : ModelTensors
    {
        public override string Name => source.Location.Name;

        public override string DisplayName => source.Location.DisplayPath;

        public override IReadOnlyList<TensorInfo> Tensors => source.Metadata.Tensors;

        public override ByteSource Open(TensorInfo tensor) => source.OpenTensor(tensor);
    }

    private sealed class InStore(IModelStore store, StoredModel model, bool isUse) : ModelTensors
    {
        public override string Name => model.Name;

        public override string DisplayName => model.Name;

        public override (IModelStore Store, StoredModel Model)? Stored => (store, model);

        public override IReadOnlyList<TensorInfo> Tensors => field ??= [.. store.ListTensors(model.ModelId).Select(tensor => tensor.Info)];

        public override ByteSource Open(TensorInfo tensor)
        {
            if (isUse && store is IPruningStore noting)
            {
                noting.NoteAccess(tensor.Sha256!.Value);
            }

            return store.OpenAtom(tensor.Sha256!.Value);
        }
    }
}
