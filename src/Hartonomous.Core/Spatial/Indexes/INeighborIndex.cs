namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Finds the sketches nearest to a sketch. Built once over a source; searches may run on several threads at once.</summary>
/// <remarks>The zero sketch has no neighbours and is nobody's neighbour.</remarks>
public interface INeighborIndex
{
    /// <summary>The strategy.</summary>
    IndexStrategy Strategy { get; }

    /// <summary>Number of sketches, those that are zero included.</summary>
    int Count { get; }

    /// <summary>Bytes the index holds in memory, beside the source.</summary>
    long SizeBytes { get; }

    /// <summary>The sketches most similar to a sketch.</summary>
    /// <param name="sketch">Of length 1, or all zeros.</param>
    /// <param name="query">What is asked.</param>
    /// <exception cref="ArgumentException">The sketch has another dimension than those of the index.</exception>
    NeighborResult Search(ReadOnlySpan<float> sketch, NeighborQuery query);
}
