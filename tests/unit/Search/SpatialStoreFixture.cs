using System.Runtime.InteropServices;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>A store that goes away with the test, and models of float32 tensors in it.</summary>
internal sealed class SpatialStoreFixture(StoreHome home) : IDisposable
{
    public IModelStore Store => home.Store;

    /// <summary>The store again, as another process would open it.</summary>
    public void Reopen() => home.Reopen();

    /// <summary>Imports a model.</summary>
    public StoredModel Import(string name, params (string Name, float[] Values)[] tensors) =>
        ImportTo(Store, name, [.. tensors.Select(tensor => (tensor.Name, TensorDtype.F32, new long[] { tensor.Values.Length }, Bytes(tensor.Values)))]);

    /// <summary>Imports a model of any encodings into any handle.</summary>
    public static StoredModel ImportTo(IModelStore store, string name, params (string Name, TensorDtype Dtype, long[] Shape, byte[] Content)[] tensors)
    {
        TestModel model = new(name);
        foreach ((string tensor, TensorDtype dtype, long[] shape, byte[] content) in tensors)
        {
            model.Tensor(tensor, dtype, shape, content);
        }

        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { Name = name });
        return store.FindModel(name)!;
    }

    public static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    public void Dispose() => home.Dispose();
}
