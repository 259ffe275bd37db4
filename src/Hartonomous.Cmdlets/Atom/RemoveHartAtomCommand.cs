using System.Management.Automation;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Gives up the contents of weak or idle tensors of stored models by policy; zeros take their place, and <c>Optimize-HartStore</c> gives the
/// space back. A tensor has to meet every condition. Whatever the policy says, a content that another model, tenant or unfinished import
/// refers to stays. With <c>-WhatIf</c> it lists exactly what would go and what would come free, and changes nothing.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "HartAtom", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = PolicySet)]
[OutputType(typeof(HartPrunedAtom))]
public sealed class RemoveHartAtomCommand : StoredModelCmdlet
{
    private const string PolicySet = "Policy";
    private const string BelowSet = "Below";
    private const string LowestSet = "Lowest";

    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Only tensors of these kinds of layers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartLayerType[]? LayerType { get; set; }

    /// <summary>The stored score that the limit is about: the mean over a tensor's weights.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BelowSet, HelpMessage = "The method of the stored scores.")]
    [Parameter(Mandatory = true, ParameterSetName = LowestSet, HelpMessage = "The method of the stored scores.")]
    public HartScoreMethod Score { get; set; }

    /// <summary>Only tensors whose score is below this.</summary>
    [Parameter(Mandatory = true, ParameterSetName = BelowSet, HelpMessage = "The score below which contents go.")]
    public double Below { get; set; }

    /// <summary>
    /// Only this percentage of the tensors of each model that names and layers leave and that have a score, rounded down: those of the lowest.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = LowestSet, HelpMessage = "The percentage of the tensors, those of the lowest scores.")]
    [ValidateRange(0.0, 100.0)]
    public double LowestPercent { get; set; }

    /// <summary>Only tensors whose content nobody has used for so long.</summary>
    [Parameter]
    public TimeSpan UnusedFor { get; set; }

    /// <summary>Only contents that a single tensor of the model has.</summary>
    [Parameter]
    public SwitchParameter SingleUse { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (StoredModel model in FindModels(connection, Model))
        {
            PrunePlan? plan = null;
            bool isPlanned = TryWork("Choosing tensors", model.Name, _ =>
            {
                using StoreLease lease = Acquire(connection);
                plan = new ModelPruner(lease.Store).Plan(model.Name, Policy(lease.Store, model));
            });
            if (isPlanned && plan is not null)
            {
                Prune(connection, plan);
            }
        }
    }

    private void Prune(HartStoreConnection connection, PrunePlan plan)
    {
        string freed = HartText.Size(plan.FreedBytes);
        WriteVerbose($"{plan.Candidates.Count} tensors of {plan.Model.Name} meet the policy, {plan.Chosen.Count} of them can go: {freed}.");
        bool isSure = plan.Chosen.Count > 0 &&
            ShouldProcess($"contents of {plan.Chosen.Count} tensors of {plan.Model.Name} in {connection}, {freed}", "Give up");
        if (!isSure)
        {
            // What would go is listed where nothing was refused: with -WhatIf, and where all is kept.
            if (IsWhatIf || plan.Chosen.Count == 0)
            {
                Write(connection, plan, "WouldPrune");
            }

            return;
        }

        TryWork("Pruning a model", plan.Model.Name, context =>
        {
            using StoreLease lease = Acquire(connection);
            PrunePlan done = new ModelPruner(lease.Store).Prune(plan, context.Progress, cancellation: context.Token);
            context.Information($"Gave up {done.Chosen.Count} tensors of {plan.Model.Name}: {HartText.Size(done.FreedBytes)} can be given back.");
            foreach (HartPrunedAtom atom in Atoms(connection, done, "Pruned"))
            {
                context.Output(atom);
            }
        });
    }

    private static IEnumerable<HartPrunedAtom> Atoms(HartStoreConnection connection, PrunePlan plan, string status) =>
        plan.Candidates.Select(candidate => new HartPrunedAtom
        {
            Model = plan.Model.Name,
            Tensor = candidate.Tensor.Info.Name,
            Sha256 = candidate.Tensor.Info.Sha256!.Value.ToString(),
            SizeBytes = candidate.Tensor.Info.SizeBytes,
            Score = candidate.Score,
            LastAccessedAt = candidate.Tensor.LastAccessedAtUtc,
            Status = candidate.Kept is null ? status : "Kept",
            Reason = candidate.Kept,
            FreedAtoms = candidate.FreedAtoms,
            FreedBytes = candidate.FreedBytes,
            Store = connection.Path,
        });

    private void Write(HartStoreConnection connection, PrunePlan plan, string status) =>
        WriteObject(Atoms(connection, plan, status), enumerateCollection: true);

    private PrunePolicy Policy(IModelStore store, StoredModel model)
    {
        NameSelection? names = Name is null ? null : new NameSelection(Name, [.. store.ListTensors(model.ModelId).Select(tensor => tensor.Info.Name)]);
        return new PrunePolicy
        {
            Names = names is null ? null : names.Contains,
            NamesText = Name is null ? null : string.Join(' ', Name),
            LayerTypes = LayerType is null ? null : [.. LayerType.Select(type => Enum.Parse<LayerType>(type.ToString()))],
            Score = ParameterSetName == PolicySet ? null : ScoreParameters.Method(Score),
            Below = ParameterSetName == BelowSet ? Below : null,
            LowestShare = ParameterSetName == LowestSet ? LowestPercent / 100 : null,
            UnusedFor = MyInvocation.BoundParameters.ContainsKey(nameof(UnusedFor)) ? UnusedFor : null,
            SingleUse = SingleUse,
        };
    }
}
