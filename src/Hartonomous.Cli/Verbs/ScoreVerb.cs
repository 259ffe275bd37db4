using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart score</c>: how much the weights of a model count.</summary>
internal sealed class ScoreVerb : Verb
{
    private readonly ModelChoice _model = new();
    private readonly TensorFilter _filter = new();
    private readonly ScoreOptions _scoring = new();

    private readonly Option<bool> _rows = new("--rows") { Description = "With --json, the mean of every row as well." };

    private readonly Option<bool> _blocks = new("--blocks") { Description = "With --json, the mean of every block of 1 MiB as well." };

    private readonly Option<bool> _save = new("--save")
    {
        Description = "Store the scores with how they were made, in the place of earlier ones of the same method. Of stored models.",
    };

    private readonly Option<bool> _stored = new("--stored") { Description = "List the scores that are stored of a model, and score nothing." };

    public ScoreVerb()
        : base("score", "Score the tensors of a model by how much their weights count, and store the scores for pruning.")
    {
        Arguments.Add(_model.Source);
        Options.Add(_model.Model);
        Options.Add(_filter.Option);
        _scoring.AddTo(this);
        Options.Add(_rows);
        Options.Add(_blocks);
        Options.Add(_save);
        Options.Add(_stored);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart score tiny-base --save",
        "hart score --model llama-q8 --score wanda --imatrix llama.imatrix --save --json",
        "hart score model.safetensors --score snip --gradients gradients.safetensors --json",
        "hart score --model tiny-base --stored",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        if (arguments.GetValue(_stored))
        {
            return ListStored(invocation, cancellation);
        }

        using OpenModel model = _model.Open(invocation, cancellation, isUse: false);
        bool isSaved = arguments.GetValue(_save);
        if (isSaved && model.Content.Stored is null)
        {
            throw new UsageException("--save stores scores of stored models, and a file is named; import it first");
        }

        using ScoreInputs inputs = _scoring.Open(arguments, cancellation);
        IReadOnlyList<TensorInfo> named = _filter.Require(arguments, model.Content);

        // Without a choice by name, the tensors that the data speak of.
        IReadOnlyList<TensorInfo> tensors = _filter.IsGiven(arguments) ? named : [.. named.Where(inputs.Has)];
        List<(TensorInfo Tensor, TensorScore Score)> scored = invocation.WithProgress(
            progress => Score(model.Content, tensors, inputs, progress, cancellation));
        if (isSaved)
        {
            Save(model, scored, inputs);
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ScoreWriter.WriteJson(
                json, model.Content.Name, inputs, scored, arguments.GetValue(_rows), arguments.GetValue(_blocks), isSaved));
        }
        else
        {
            ScoreWriter.WriteText(invocation.Console, scored);
        }

        return ExitCodes.Done;
    }

    private static List<(TensorInfo Tensor, TensorScore Score)> Score(
        ModelTensors model, IReadOnlyList<TensorInfo> tensors, ScoreInputs inputs, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        long done = 0;
        long total = tensors.Sum(tensor => tensor.SizeBytes);
        TensorScorer.PrepareModel(model, inputs, null, cancellation);
        return
        [
            .. tensors.Select(tensor => (tensor, TensorScorer.Score(
                model, tensor, inputs, bytes => progress?.Report(new OperationProgress(tensor.Name, done += bytes, total)), cancellation))),
        ];
    }

    private static void Save(OpenModel model, List<(TensorInfo Tensor, TensorScore Score)> scored, ScoreInputs inputs)
    {
        (IModelStore store, StoredModel stored) = model.Content.Stored!.Value;
        ModelScorer scorer = new(store);
        Dictionary<(string, string, long), StoredTensor> known = store.ListTensors(stored.ModelId)
            .ToDictionary(tensor => (tensor.Info.File, tensor.Info.Name, tensor.Info.Offset));
        foreach ((TensorInfo tensor, TensorScore score) in scored)
        {
            if (known.TryGetValue((tensor.File, tensor.Name, tensor.Offset), out StoredTensor? found) && found.PrunedFrom is null)
            {
                scorer.Save(found, score, inputs);
            }
        }
    }

    private int ListStored(Invocation invocation, CancellationToken cancellation)
    {
        using OpenModel model = _model.Open(invocation, cancellation, isUse: false);
        if (model.Content.Stored is not { Store: IPruningStore store } stored)
        {
            throw new UsageException("--stored lists the scores of a stored model");
        }

        ScoreMethod? method = invocation.Arguments.GetValue(_scoring.Method);
        IReadOnlyList<StoredScore> scores = _filter.Apply(
            invocation.Arguments,
            [.. store.ListScores(stored.Model.ModelId).Where(score => method is null || score.Method == method.ToString())],
            score => score.Tensor);
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ScoreWriter.WriteJson(
                json, stored.Model.Name, scores, invocation.Arguments.GetValue(_rows), invocation.Arguments.GetValue(_blocks)));
        }
        else
        {
            ScoreWriter.WriteText(invocation.Console, scores);
        }

        return ExitCodes.Done;
    }
}
