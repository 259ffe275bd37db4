using System.Globalization;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>A tensor whose relatives are wanted, in a store or in a file.</summary>
/// <param name="Content">The model it is in.</param>
/// <param name="Info">The tensor.</param>
/// <param name="TensorAtomId">Its key in the store; null where it is in a file.</param>
public sealed record SearchedTensor(ModelTensors Content, TensorInfo Info, long? TensorAtomId)
{
    /// <summary>A tensor of a stored model.</summary>
    /// <exception cref="StoreException">The model has no tensor of the name (<c>TENSOR_NOT_FOUND</c>).</exception>
    public static SearchedTensor InStore(IModelStore store, StoredModel model, string name)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(model);
        StoredTensor tensor = store.ListTensors(model.ModelId).FirstOrDefault(tensor => tensor.Info.Name == name)
            ?? throw new StoreException(StoreErrorCodes.TensorNotFound, model.Name, $"the model has no tensor {name}");
        return new SearchedTensor(ModelTensors.Of(store, model), tensor.Info, tensor.TensorAtomId);
    }

    /// <summary>A tensor of a stored model, by its key or by the hash of its content.</summary>
    /// <param name="store">The store.</param>
    /// <param name="id">A whole number, or 64 hexadecimal digits.</param>
    /// <exception cref="StoreException">The tenant has no such tensor (<c>TENSOR_NOT_FOUND</c>).</exception>
    public static SearchedTensor InStore(IModelStore store, string id)
    {
        ArgumentNullException.ThrowIfNull(store);
        ContentHash? hash = ContentHash.TryParse(id, out ContentHash parsed) ? parsed : null;
        long? key = long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
        return store.Spatial.FindTensor(key, hash) is { } found
            ? new SearchedTensor(
                ModelTensors.Of(store, store.ListModels().First(model => model.ModelId == found.ModelId)),
                found.Tensor.Info,
                found.Tensor.TensorAtomId)
            : throw new StoreException(StoreErrorCodes.TensorNotFound, id, "no stored tensor has this key or hash");
    }

    /// <summary>A tensor of an opened model.</summary>
    /// <exception cref="StoreException">The model has no tensor of the name (<c>TENSOR_NOT_FOUND</c>).</exception>
    public static SearchedTensor InFile(ModelTensors model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        TensorInfo tensor = model.Tensors.FirstOrDefault(tensor => tensor.Name == name)
            ?? throw new StoreException(StoreErrorCodes.TensorNotFound, model.DisplayName, $"the model has no tensor {name}");
        return new SearchedTensor(model, tensor, null);
    }
}
