using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>Finds the stored tensors that resemble a tensor.</summary>
/// <remarks>
/// A tensor without values other than 0, NaN and Inf resembles nothing. One whose values are all the same number (a scalar, a fresh
/// normalisation weight) resembles only those of the same number and length, as the cosine of any two constants is 1.
/// </remarks>
public static class SimilarTensorFinder
{
    /// <summary>Finds them.</summary>
    /// <param name="store">Where to look.</param>
    /// <param name="searched">The tensor, there or in a file; it is not among the answers itself.</param>
    /// <param name="options">What is wanted; the defaults where null.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="StoreException">There are no keys (<c>SPATIAL_NO_KEYS</c>, <c>SPATIAL_AMBIGUOUS</c>).</exception>
    /// <exception cref="ModelFormatException">The tensor cannot be decoded, or its file is not as its format says.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor has no such row.</exception>
    public static SimilarTensors Find(
        IModelStore store, SearchedTensor searched, SimilarityOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(searched);
        options ??= new SimilarityOptions();
        SpatialSpace space = options.Space ?? SpatialSpaces.Resolve(store);
        (Sketch sketch, SpatialRows rows) = SketchOf(store, searched, space.Sketch, options, cancellation);
        SpatialAnswer answer = store.Spatial.Search(space, options.Level, new SpatialSearch
        {
            Sketch = sketch,
            Strategy = options.Strategy,
            Top = options.Top,
            MinSimilarity = options.MinSimilarity,
            Radius = options.Radius,
            MaxCandidates = options.MaxCandidates,
            Filter = new SpatialFilter
            {
                ModelIds = options.ModelIds,
                LayerTypes = options.LayerTypes,
                Shape = options.IsOfSameShape ? searched.Info.Shape : null,
            },
            ExceptTensorAtomId = searched.TensorAtomId,
            ExceptRow = rows.First,
            Cancellation = cancellation,
        });
        IEnumerable<SimilarTensor> results = answer.Hits.Select(hit => new SimilarTensor(
            hit,
            options.Level == SpatialLevel.Tensor && searched.Info.Sha256 is { } hash && hit.Tensor.Info.Sha256 == hash,
            options.IsRefined ? Refine(store, searched, rows, hit, cancellation) : null)).ToList();
        return new SimilarTensors(
            searched,
            sketch,
            space,
            options.Strategy,
            answer.Candidates,
            answer.Certainty,
            answer.Searched,
            answer.Pending,
            [.. options.IsRefined ? results.OrderByDescending(result => result.WeightSimilarity ?? double.NegativeInfinity) : results]);
    }

    /// <summary>The sketch of a whole tensor: the stored one, or one made now.</summary>
    internal static Sketch SketchOf(IModelStore store, SearchedTensor searched, SketchConfig config, CancellationToken cancellation) =>
        SketchOf(store, searched, config, new SimilarityOptions(), cancellation).Sketch;

    private static (Sketch Sketch, SpatialRows Rows) SketchOf(
        IModelStore store, SearchedTensor searched, SketchConfig config, SimilarityOptions options, CancellationToken cancellation)
    {
        TensorInfo info = searched.Info;
        SpatialRows rows = options.Level == SpatialLevel.Tensor ? SpatialRows.Whole : RowsOf(store, searched, options);
        if (info.Sha256 is { } hash && store.Spatial.FindSketch(config, options.Level, hash, info.Dtype, rows) is { } stored)
        {
            return (stored, rows);
        }

        using ByteSource content = searched.Content.Open(info);
        TensorSketcher sketcher = new(config);
        return (rows.IsWhole
            ? sketcher.Compute(content, info.Dtype, info.Shape, Environment.ProcessorCount, cancellation)
            : sketcher.ComputeParts(content, info.Dtype, info.Shape, rows.Count, rows.First, 1, cancellation).First(), rows);
    }

    private static SpatialRows RowsOf(IModelStore store, SearchedTensor searched, SimilarityOptions options)
    {
        TensorInfo info = searched.Info;
        ArgumentOutOfRangeException.ThrowIfNegative(options.Row, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Row, info.Shape.RowCount, nameof(options));
        long count = Spatializer.RowsPerPart(options.Level, info.SizeBytes, info.Shape, HeadsOf);
        ArgumentOutOfRangeException.ThrowIfZero(count, nameof(options));
        long first = options.Row / count * count;
        return new SpatialRows(info.Shape.RowLength, first, Math.Min(count, info.Shape.RowCount - first));

        long? HeadsOf() => new HeadRows(store, null).Of(info, searched.Content.Name);
    }

    private static double? Refine(IModelStore store, SearchedTensor searched, SpatialRows rows, SpatialHit hit, CancellationToken cancellation)
    {
        TensorInfo found = hit.Tensor.Info;
        if (!TensorDecoder.CanDecode(found.Dtype) || !rows.IsWhole)
        {
            return null;
        }

        using ByteSource own = searched.Content.Open(searched.Info);
        using ByteSource other = store.OpenAtom(found.Sha256!.Value);
        return WeightCosine.Of((own, searched.Info.Dtype, searched.Info.Shape), (other, found.Dtype, found.Shape), cancellation);
    }
}
