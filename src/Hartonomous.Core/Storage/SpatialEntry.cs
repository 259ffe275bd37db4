using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage;

/// <summary>A sketch and its key, to be stored.</summary>
/// <param name="AtomId">The content.</param>
/// <param name="Level">What of it the sketch stands for.</param>
/// <param name="Dtype">How the values were read.</param>
/// <param name="Rows">The rows the sketch stands for; <see cref="SpatialRows.Whole"/> for the whole content.</param>
/// <param name="Sketch">The sketch.</param>
/// <param name="Point">Its spatial key.</param>
public sealed record SpatialEntry(long AtomId, SpatialLevel Level, TensorDtype Dtype, SpatialRows Rows, Sketch Sketch, SpatialPoint Point);
