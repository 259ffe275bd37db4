using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart resume</c>: unfinished jobs, from their checkpoints.</summary>
internal sealed class ResumeVerb : Verb
{
    private readonly Argument<long[]> _ids = new("JOB") { Description = "The jobs.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<bool> _all = new("--all")
    {
        Description = "All jobs that are not complete and that no process works on, the oldest first.",
    };

    public ResumeVerb()
        : base("resume", "Take up jobs that were interrupted, killed, stopped or failed, where they were.")
    {
        Arguments.Add(_ids);
        Options.Add(_all);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart resume 17", "hart resume --all --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        long[] ids = invocation.Arguments.GetValue(_ids) ?? [];
        if (invocation.Arguments.GetValue(_all) == ids.Length > 0)
        {
            throw new UsageException("name the jobs to resume, or give --all");
        }

        using IModelStore store = invocation.OpenStore();
        FailureList failures = new(invocation);
        List<(ModelFormat Format, ImportResult Result)> resumed = [];
        foreach (long id in ids.Length > 0 ? ids.Distinct() : store.Jobs.List().Where(job => job.CanResume).Select(job => job.JobId).Order().ToList())
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                ImportResult result = invocation.WithProgress(progress => new JobResumer(store).Resume(id, progress, cancellation));
                resumed.Add((FormatOf(store, result), result));
            }
            catch (OperationCanceledException error)
            {
                failures.Add($"job {id}", error);
                break;
            }
            catch (Exception error)
            {
                failures.Add($"job {id}", error);
            }
        }

        Write(invocation, store, resumed, failures);
        return failures.ExitCode;
    }

    private static ModelFormat FormatOf(IModelStore store, ImportResult result)
    {
        using IModelStore all = store.ForTenant(TenantNames.All);
        return all.ListModels().FirstOrDefault(model => model.ModelId == result.ModelId)?.Format ?? default;
    }

    private static void Write(
        Invocation invocation, IModelStore store, List<(ModelFormat Format, ImportResult Result)> resumed, FailureList failures)
    {
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                ImportWriter.WriteProperty(json, resumed);
                failures.WriteJson(json);
                json.WriteEndObject();
            });
        }
        else if (resumed.Count > 0)
        {
            ImportWriter.WriteText(invocation.Console, resumed, store.GetStatistics());
        }
        else if (failures.Count == 0)
        {
            invocation.Note("there is nothing to resume");
        }
    }
}
