using Hartonomous.Core.Atoms.Values;


namespace Hartonomous.Cli.Verbs;

/// <summary>A model whose tensors can be read, with what keeps it open.</summary>
/// <param name="Content">Its tensors.</param>
/// <param name="Owner">The files or the store; closed with this.</param>
internal sealed record OpenModel(ModelTensors Content, IDisposable Owner) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Owner.Dispose();
}
