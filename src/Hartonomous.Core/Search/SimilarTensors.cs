using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>The answer of a search for similar tensors.</summary>
/// <param name="Searched">The tensor that was searched for.</param>
/// <param name="Sketch">Its sketch.</param>
/// <param name="Space">The space of the keys.</param>
/// <param name="Strategy">Where candidates came from.</param>
/// <param name="Candidates">How many sketches were compared.</param>
/// <param name="Certainty">Whether others could belong into the answer.</param>
/// <param name="Keys">How many keys were searched.</param>
/// <param name="Pending">Contents that could not be found, as they have no key yet.</param>
/// <param name="Results">The tensors, most similar first.</param>
public sealed record SimilarTensors(
    SearchedTensor Searched,
    Sketch Sketch,
    SpatialSpace Space,
    IndexStrategy Strategy,
    int Candidates,
    Certainty Certainty,
    long Keys,
    long Pending,
    IReadOnlyList<SimilarTensor> Results);
