using System.CommandLine;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart worker</c>: does the jobs of a queue.</summary>
internal sealed class WorkerVerb : Verb
{
    private readonly Option<bool> _untilEmpty = new("--until-empty") { Description = "End when the queue is empty, instead of waiting for more." };

    private readonly Option<int?> _maxJobs = new("--max-jobs") { Description = "End after so many jobs.", HelpName = "N" };

    private readonly Option<int> _poll = new("--poll")
    {
        Description = "Seconds after which an empty queue is asked again.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => (int)IngestionWorker.DefaultPoll.TotalSeconds,
    };

    public WorkerVerb()
        : base("worker", "Do the jobs of the queue of a store on a server; any number of workers on any number of hosts share it.")
    {
        _poll.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int seconds) || seconds is < 1 or > 3600))
            {
                result.AddError("--poll takes a whole number of seconds from 1 to 3600");
            }
        });
        Options.Add(_untilEmpty);
        Options.Add(_maxJobs);
        Options.Add(_poll);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart worker", "hart worker --tenant '*' --until-empty --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        using IModelStore store = invocation.OpenStore();
        WorkerOptions options = new()
        {
            UntilEmpty = arguments.GetValue(_untilEmpty),
            MaxJobs = arguments.GetValue(_maxJobs),
            Poll = TimeSpan.FromSeconds(arguments.GetValue(_poll)),
        };
        List<WorkedJob> jobs = [];
        FailureList failures = new(invocation);
        int done = invocation.WithProgress(progress => new IngestionWorker(store).Run(
            options,
            job =>
            {
                jobs.Add(job);
                if (job.Error is not null)
                {
                    failures.Add($"job {job.JobId}", job.Error);
                }
                else
                {
                    invocation.Note($"job {job.JobId}: {job.Result!.Model} is stored");
                }
            },
            progress,
            cancellation));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteNumber("jobs", done);
                json.WriteStartArray("done");
                foreach (WorkedJob job in jobs.Where(job => job.Result is not null))
                {
                    json.WriteStartObject();
                    json.WriteNumber("jobId", job.JobId);
                    json.WriteString("model", job.Result!.Model);
                    json.WriteNumber("modelId", job.Result.ModelId);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                failures.WriteJson(json);
                json.WriteEndObject();
            });
        }

        return failures.ExitCode;
    }
}
