using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>The contract, held against the embedded store.</summary>
public sealed class EmbeddedStoreContract : ModelStoreContract
{
    private readonly TempFolder _folder = new();

    protected override IModelStore CreateStore() => EmbeddedStore.OpenOrCreate(_folder.File("store/x")[..^2]);

    protected override IModelStore Reopen(IModelStore store) => EmbeddedStore.Open(store.DisplayName);

    protected override void CleanUp() => _folder.Dispose();
}
