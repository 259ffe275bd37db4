namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>A store without factors.</summary>
internal sealed class NoFactors : IFactorStore
{
    public void Put(long tensorAtomId, TensorFactors factors) => throw new NotSupportedException();

    public IReadOnlyList<StoredFactors> List(long modelId) => [];

    public long Record(IngestedModel model, IReadOnlyDictionary<Models.ContentHash, byte[]> headers, IReadOnlyDictionary<int, StoredFactors> rebuilt) =>
        throw new NotSupportedException();
}
