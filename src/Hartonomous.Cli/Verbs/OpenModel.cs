using Hartonomous.Core.Atoms;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary>A model whose tensors can be read, with what keeps it open.</summary>
/// <param name="Content">Its tensors.</param>
/// <param name="Owner">The files or the store; closed with this.</param>
internal sealed record OpenModel(ModelTensors Content, IDisposable Owner) : IDisposable
{
    /// <summary>The store and the model in it, where it is a stored one.</summary>
    public (IModelStore Store, StoredModel Model)? Stored { get; init; }

    /// <inheritdoc/>
    public void Dispose() => Owner.Dispose();
}
