using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart find</c>: the stored tensors that resemble a tensor.</summary>
internal sealed class FindVerb : Verb
{
    private readonly Option<string?> _atom = new("--atom")
    {
        Description = "The tensor, by its tensorAtomId or the SHA-256 of its content.",
        HelpName = "ID",
    };

    private readonly Option<string?> _model = new("--model") { Description = "The stored model that has the tensor.", HelpName = "NAME" };
    private readonly Option<string?> _file = new("--file") { Description = "The model file that has the tensor; it need not be stored.", HelpName = "PATH" };
    private readonly Option<string?> _tensor = new("--tensor") { Description = "The tensor's name.", HelpName = "NAME" };
    private readonly Option<int?> _top = Numbers.Whole("--top", "How many tensors at most. Default: 10.", 1, 1_000_000);

    private readonly Option<double?> _radius = Numbers.Real(
        "--radius", "Only tensors whose key lies within this distance, in units of the box.", 0, double.MaxValue);

    private readonly Option<double?> _minSimilarity = Numbers.Real("--min-similarity", "Only tensors whose sketch has at least this cosine.", -1, 1);
    private readonly ModelWildcards _in = new("--in-model", "Only tensors of these models; * and ? stand for other characters.");
    private readonly Option<LayerType[]> _layers = new("--layer-type") { Description = "Only tensors of these kinds of layers.", HelpName = "TYPE" };
    private readonly Option<bool> _sameShape = new("--same-shape") { Description = "Only tensors of the same dimensions." };

    private readonly Option<IndexStrategy?> _strategy = new("--strategy")
    {
        Description = "Signature (the default), Hilbert3D, Morton3D, Morton2D, RTree, KdTree, BallTree or Exact.",
        HelpName = "STRATEGY",
    };

    private readonly Option<bool> _exact = new("--exact") { Description = "Compare every sketch: --strategy Exact." };
    private readonly Option<bool> _refine = new("--refine") { Description = "Compute the cosine of the weights of what is found, and rank by it." };
    private readonly Option<int?> _candidates = Numbers.Whole("--max-candidates", "How many sketches to compare at most.", 1);
    private readonly Option<SpatialLevel> _level = new("--level") { Description = "Tensor, Row, Head or Block. Default: Tensor.", HelpName = "LEVEL" };
    private readonly Option<int?> _row = Numbers.Whole("--row", "At a level of parts: a row of the part that is meant. Default: 0.", 0);
    private readonly SpaceOptions _space = new();

    public FindVerb()
        : base("find", "Find the stored tensors that resemble a tensor.")
    {
        Option[] options =
        [
            _atom, _model, _file, _tensor, _top, _radius, _minSimilarity, _in.Option, _layers, _sameShape, _strategy, _exact, _refine, _candidates,
            _level, _row,
        ];
        foreach (Option option in options)
        {
            Options.Add(option);
        }

        _space.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart find --model llama-ft --tensor blk.0.attn_q.weight",
        "hart find --file new.safetensors --tensor lm_head.weight --top 3 --refine",
        "hart find --atom 1234 --min-similarity 0.9 --same-shape --in-model 'llama-*' --json",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        CheckTarget(arguments);
        if (arguments.GetValue(_exact) && arguments.GetValue(_strategy) is { } other and not IndexStrategy.Exact)
        {
            throw new UsageException($"--exact and --strategy {other} exclude each other");
        }

        using IModelStore store = invocation.OpenStore();
        using ModelSource? source = OpenFile(arguments, cancellation);
        SearchedTensor searched = source is not null
            ? SearchedTensor.InFile(ModelTensors.Of(source), arguments.GetValue(_tensor)!)
            : arguments.GetValue(_atom) is { } atom
                ? SearchedTensor.InStore(store, atom)
                : SearchedTensor.InStore(store, Invocation.FindModel(store, arguments.GetValue(_model)!), arguments.GetValue(_tensor)!);
        if (arguments.GetValue(_row) is { } row && row >= searched.Info.Shape.RowCount)
        {
            throw new UsageException($"the tensor has {searched.Info.Shape.RowCount} rows, there is no row {row}");
        }

        SimilarTensors found = SimilarTensorFinder.Find(store, searched, ReadOptions(arguments, store), cancellation);
        if (found.Pending > 0)
        {
            invocation.Warn($"{HumanText.Plural(found.Pending, "content")} could not be found, as they have no key yet; 'hart spatialize' makes them");
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => SimilarityWriter.WriteJson(json, found));
        }
        else
        {
            SimilarityWriter.WriteText(invocation, found);
        }

        return ExitCodes.Done;
    }

    private SimilarityOptions ReadOptions(ParseResult arguments, IModelStore store) => new()
    {
        Top = arguments.GetValue(_top) ?? 10,
        Radius = arguments.GetValue(_radius),
        MinSimilarity = (float)(arguments.GetValue(_minSimilarity) ?? -1),
        ModelIds = _in.Find(arguments, store)?.Select(model => model.ModelId).ToList(),
        LayerTypes = arguments.GetValue(_layers) is { Length: > 0 } layers ? layers : null,
        IsOfSameShape = arguments.GetValue(_sameShape),
        Strategy = arguments.GetValue(_exact) ? IndexStrategy.Exact : arguments.GetValue(_strategy) ?? NeighborIndex.Default,
        MaxCandidates = arguments.GetValue(_candidates) ?? 0,
        IsRefined = arguments.GetValue(_refine),
        Level = arguments.GetValue(_level),
        Row = arguments.GetValue(_row) ?? 0,
        Space = _space.Resolve(arguments, store),
    };

    private void CheckTarget(ParseResult arguments)
    {
        (bool atom, bool model, bool file, bool tensor) = (
            arguments.GetValue(_atom) is not null, arguments.GetValue(_model) is not null, arguments.GetValue(_file) is not null,
            arguments.GetValue(_tensor) is not null);
        if (atom ? model || file || tensor : model == file || !tensor)
        {
            throw new UsageException("a tensor is named by --atom, by --model and --tensor, or by --file and --tensor");
        }
    }

    private ModelSource? OpenFile(ParseResult arguments, CancellationToken cancellation)
    {
        if (arguments.GetValue(_file) is not { } path)
        {
            return null;
        }

        IReadOnlyList<ModelLocation> locations = ModelReader.Locate(Paths.Check(path));
        return locations.Count == 1
            ? ModelReader.Open(locations[0], cancellation: cancellation)
            : throw new UsageException($"{path} holds {locations.Count} models; name one of them");
    }
}
