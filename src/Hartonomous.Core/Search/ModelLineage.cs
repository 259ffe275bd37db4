using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>
/// Finds the stored models that a model shares contents with or resembles. The tensors' own contents and nearest neighbours name the candidates;
/// each is then compared with the model tensor by tensor, by sketches and norms, without reading weights.
/// </summary>
public sealed class ModelLineage
{
    private const int NeighborsPerTensor = 24;
    private const float LeastSimilarity = 0.5f;

    /// <summary>Candidates that are compared in full, for each that is wanted.</summary>
    private const int Spare = 3;

    private readonly IModelStore _store;
    private readonly StoredModel _model;
    private readonly LineageOptions _options;
    private readonly SpatialSpace _space;
    private readonly CancellationToken _cancellation;
    private readonly List<StoredTensor> _tensors;
    private readonly List<Sketch> _sketches = [];
    private readonly Dictionary<(ContentHash, TensorDtype), Sketch?> _others = [];

    private ModelLineage(IModelStore store, StoredModel model, LineageOptions options, CancellationToken cancellation)
    {
        _store = store;
        _model = model;
        _options = options;
        _cancellation = cancellation;
        _space = options.Space ?? SpatialSpaces.Resolve(store);
        _tensors = [.. store.ListTensors(model.ModelId).Where(tensor => TensorDecoder.CanDecode(tensor.Info.Dtype))];
    }

    /// <summary>Finds a model's relatives.</summary>
    /// <param name="store">The store.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">What is wanted; the defaults where null.</param>
    /// <param name="progress">Told the bytes of the tensors that were looked up.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StoreException">There are no keys (<c>SPATIAL_NO_KEYS</c>, <c>SPATIAL_AMBIGUOUS</c>).</exception>
    /// <exception cref="ModelFormatException">A tensor of the model cannot be decoded.</exception>
    public static LineageResult Find(
        IModelStore store,
        StoredModel model,
        LineageOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(model);
        return new ModelLineage(store, model, options ?? new LineageOptions(), cancellation).Run(progress);
    }

    private LineageResult Run(IProgress<OperationProgress>? progress)
    {
        Dictionary<long, StoredModel> others = _store.ListModels().Where(other => other.ModelId != _model.ModelId)
            .ToDictionary(other => other.ModelId);
        (Dictionary<long, double> scores, Dictionary<(long Model, int Tensor), StoredTensor> hits, long pending) = Gather(others, progress);
        StoredModel[] candidates =
        [
            .. scores.OrderByDescending(score => score.Value).ThenBy(score => score.Key)
                .Take(_options.Top * Spare).Select(score => others[score.Key]),
        ];
        List<List<StoredTensor?>> counterparts = [.. candidates.Select(candidate => Pair(candidate, hits))];
        List<ModelRelative> relatives = [];
        for (int i = 0; i < candidates.Length; i++)
        {
            relatives.Add(Relate(candidates[i], counterparts[i]));
        }

        double? explained = MarkMerge(relatives, counterparts);
        ModelRelative[] listed =
        [
            .. relatives
                .Where(relative => _options.WithUnrelated || relative.Verdict != LineageVerdict.Unrelated)
                .OrderByDescending(relative => relative.Verdict == LineageVerdict.Merge)
                .ThenByDescending(Closeness)
                .ThenBy(relative => relative.Model.ModelId)
                .Take(_options.Top),
        ];
        return new LineageResult(_model, listed.Length > 0 ? listed[0].Verdict : LineageVerdict.Unrelated, listed, explained, pending);
    }

    private static double Closeness(ModelRelative relative) =>
        relative.Shares[Kinship.Identical] + (0.99 * relative.Shares[Kinship.Rounded]) + (0.9 * relative.Layers
            .Where(layer => layer.Kinship == Kinship.Near)
            .Sum(layer => layer.Similarity!.Value * layer.Tensor.Shape.ElementCount) / Math.Max(1, relative.Layers
            .Sum(layer => layer.Tensor.Shape.ElementCount)));

    // Values of the model that a candidate has, or has neighbours of; and which of its tensors these are.
    private (Dictionary<long, double> Scores, Dictionary<(long Model, int Tensor), StoredTensor> Hits, long Pending) Gather(
        Dictionary<long, StoredModel> others, IProgress<OperationProgress>? progress)
    {
        Dictionary<long, double> scores = [];
        Dictionary<(long Model, int Tensor), StoredTensor> hits = [];
        Dictionary<long, int> ordinals = _tensors.Select((tensor, i) => (tensor.TensorAtomId, i)).ToDictionary();
        foreach ((long id, SpatialHit twin) in _store.Spatial.ListTwins(_model.ModelId))
        {
            if (ordinals.TryGetValue(id, out int i))
            {
                Count(i, twin, 1);
            }
        }

        long pending = 0;
        long done = 0;
        long total = _tensors.Sum(tensor => tensor.Info.SizeBytes);
        ModelTensors content = ModelTensors.Of(_store, _model);
        SpatialFilter filter = new() { ModelIds = others.Keys };
        for (int i = 0; i < _tensors.Count; i++)
        {
            _cancellation.ThrowIfCancellationRequested();
            StoredTensor tensor = _tensors[i];
            Sketch sketch = SimilarTensorFinder.SketchOf(
                _store, new SearchedTensor(content, tensor.Info, tensor.TensorAtomId), _space.Sketch, _cancellation);
            _sketches.Add(sketch);
            SpatialAnswer answer = _store.Spatial.Search(_space, SpatialLevel.Tensor, new SpatialSearch
            {
                Sketch = sketch,
                Top = NeighborsPerTensor,
                MinSimilarity = LeastSimilarity,
                Filter = filter,
                Cancellation = _cancellation,
            });
            foreach (SpatialHit hit in answer.Hits.Where(hit => hit.Tensor.Info.Shape.ElementCount == tensor.Info.Shape.ElementCount))
            {
                Count(i, hit, hit.Similarity);
            }

            pending = answer.Pending;
            done += tensor.Info.SizeBytes;
            progress?.Report(new OperationProgress(tensor.Info.Name, done, total));
        }

        return (scores, hits, pending);

        void Count(int tensor, SpatialHit hit, double similarity)
        {
            // The first hit of a model is its best one for this tensor.
            if (others.ContainsKey(hit.ModelId) && hits.TryAdd((hit.ModelId, tensor), hit.Tensor))
            {
                scores[hit.ModelId] = scores.GetValueOrDefault(hit.ModelId) + (similarity * Math.Max(1, _tensors[tensor].Info.Shape.ElementCount));
            }
        }
    }

    // By content first, then by name, then by resemblance, then by the end of the name; each tensor of the other model once.
    private List<StoredTensor?> Pair(StoredModel other, Dictionary<(long Model, int Tensor), StoredTensor> hits)
    {
        List<StoredTensor> left = [.. _store.ListTensors(other.ModelId).Where(tensor => TensorDecoder.CanDecode(tensor.Info.Dtype))];
        StoredTensor?[] pairs = new StoredTensor?[_tensors.Count];
        Match((own, tensor) => own.Info.Sha256 == tensor.Info.Sha256 && own.Info.Name == tensor.Info.Name);
        Match((own, tensor) => own.Info.Sha256 == tensor.Info.Sha256);
        Match((own, tensor) => own.Info.Name == tensor.Info.Name && own.Info.Shape.ElementCount == tensor.Info.Shape.ElementCount);
        for (int i = 0; i < pairs.Length; i++)
        {
            if (pairs[i] is null && hits.TryGetValue((other.ModelId, i), out StoredTensor? hit) &&
                left.FindIndex(tensor => tensor.TensorAtomId == hit.TensorAtomId) is >= 0 and int at)
            {
                pairs[i] = hit;
                left.RemoveAt(at);
            }
        }

        // encoder.0.weight and model.encoder.0.weight.
        Match((own, tensor) => own.Info.Shape == tensor.Info.Shape &&
            (EndsLike(own.Info.Name, tensor.Info.Name) || EndsLike(tensor.Info.Name, own.Info.Name)));
        return [.. pairs];

        static bool EndsLike(string whole, string part) =>
            whole.Length > part.Length && whole.EndsWith(part, StringComparison.Ordinal) && whole[^(part.Length + 1)] is '.' or '/';

        void Match(Func<StoredTensor, StoredTensor, bool> fits)
        {
            for (int i = 0; i < pairs.Length; i++)
            {
                if (pairs[i] is null && left.FindIndex(tensor => fits(_tensors[i], tensor)) is >= 0 and int at)
                {
                    pairs[i] = left[at];
                    left.RemoveAt(at);
                }
            }
        }
    }

    private ModelRelative Relate(StoredModel other, List<StoredTensor?> counterparts)
    {
        List<LayerEvidence> layers = [];
        for (int i = 0; i < _tensors.Count; i++)
        {
            TensorInfo own = _tensors[i].Info;
            layers.Add(counterparts[i] is { } counterpart && SketchOf(counterpart) is { } sketch
                ? LineageRules.Compare(own, _sketches[i], counterpart.Info, sketch)
                : new LayerEvidence(own, null, Kinship.Missing, null, null, _sketches[i].IsConstant || _sketches[i].IsZero));
        }

        (LineageVerdict verdict, bool? isDerived, IReadOnlyDictionary<Kinship, double> shares) = LineageRules.Decide(layers, other.ParameterCount);
        return new ModelRelative(other, verdict, isDerived, shares, null, layers);
    }

    // Null where the other content is not spatialized yet: it is reported as pending.
    private Sketch? SketchOf(StoredTensor tensor)
    {
        (ContentHash, TensorDtype) key = (tensor.Info.Sha256!.Value, tensor.Info.Dtype);
        if (!_others.TryGetValue(key, out Sketch? sketch))
        {
            sketch = _store.Spatial.FindSketch(_space.Sketch, SpatialLevel.Tensor, key.Item1, key.Item2, SpatialRows.Whole);
            _others.Add(key, sketch);
        }

        return sketch;
    }

    private double? MarkMerge(List<ModelRelative> relatives, List<List<StoredTensor?>> counterparts)
    {
        int[] near =
        [
            .. Enumerable.Range(0, relatives.Count).Where(i => relatives[i].Verdict is LineageVerdict.FineTune or LineageVerdict.Part)
                .OrderByDescending(i => Closeness(relatives[i])).Take(_options.Top),
        ];
        List<IReadOnlyList<Sketch?>> candidates =
        [
            .. near.Select(i => counterparts[i].ConvertAll(tensor => tensor is null ? null : SketchOf(tensor))),
        ];
        bool isKnown = relatives.Exists(relative => relative.Verdict is LineageVerdict.Same or LineageVerdict.Quantization);
        if (isKnown || near.Length < 2 || MergeFinder.Find(_sketches, candidates) is not { } mixture)
        {
            return null;
        }

        for (int parent = 0; parent < mixture.Parents.Length; parent++)
        {
            int i = near[mixture.Parents[parent]];
            relatives[i] = relatives[i] with { Verdict = LineageVerdict.Merge, MergeWeight = mixture.Weights[parent] };
        }

        return mixture.Explained;
    }
}
