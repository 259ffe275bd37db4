using System.CommandLine;
using System.IO.Enumeration;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart jobs</c>: the ingestion jobs of the store; stops and resets them.</summary>
internal sealed class JobsVerb : Verb
{
    private readonly Argument<long[]> _ids = new("JOB") { Description = "Only these jobs.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<JobStatus?> _status = new("--status")
    {
        Description = "Only jobs in this state: pending, processing, complete, failed, cancelled.",
        HelpName = "STATE",
    };

    private readonly Option<string?> _model = new("--model")
    {
        Description = "Only jobs of models whose name fits; * stands for any characters, ? for one.",
        HelpName = "WILDCARD",
    };

    private readonly Option<bool> _stop = new("--stop")
    {
        Description = "Ask the jobs named to stop. They end within seconds, and can be resumed.",
    };

    private readonly Option<bool> _reset = new("--reset")
    {
        Description = "Give the checkpoints of the jobs named up, with what they hold: their next run begins anew.",
    };

    public JobsVerb()
        : base("jobs", "List the ingestion jobs of the store, the latest first; stop and reset them.")
    {
        Arguments.Add(_ids);
        Options.Add(_status);
        Options.Add(_model);
        Options.Add(_stop);
        Options.Add(_reset);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart jobs", "hart jobs --status failed --json", "watch -n 1 hart jobs 17", "hart jobs 17 --stop", "hart jobs 12 13 --reset"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        long[] ids = arguments.GetValue(_ids) ?? [];
        bool stops = arguments.GetValue(_stop);
        bool resets = arguments.GetValue(_reset);
        if (stops && resets)
        {
            throw new UsageException("--stop and --reset exclude each other");
        }

        if ((stops || resets) && ids.Length == 0)
        {
            throw new UsageException($"{(stops ? "--stop" : "--reset")} needs the jobs it is for: hart jobs JOB {(stops ? "--stop" : "--reset")}");
        }

        using IModelStore store = invocation.OpenStore();
        List<IngestionJob> jobs = [];
        CliError? failure = null;
        try
        {
            jobs.AddRange(ids.Length == 0
                ? store.Jobs.List(arguments.GetValue(_status))
                : ids.Distinct().Select(id => stops ? store.Jobs.Stop(id) : resets ? store.Jobs.Reset(id) : Find(store, id)));
        }
        catch (StoreException error)
        {
            failure = CliError.Of(error);
            invocation.Report(failure);
        }

        if (arguments.GetValue(_model) is { } wildcard)
        {
            jobs.RemoveAll(job => !FileSystemName.MatchesSimpleExpression(wildcard, job.Model, ignoreCase: true));
        }

        Write(invocation, jobs, failure);
        return failure?.ExitCode ?? ExitCodes.Done;
    }

    private static IngestionJob Find(IModelStore store, long id) =>
        store.Jobs.Find(id) ?? throw new StoreException(StoreErrorCodes.JobNotFound, $"job {id}", "there is no such job");

    private static void Write(Invocation invocation, List<IngestionJob> jobs, CliError? failure)
    {
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                JobWriter.WriteProperty(json, jobs);
                if (failure is not null)
                {
                    ErrorWriter.WriteProperty(json, failure);
                }

                json.WriteEndObject();
            });
        }
        else if (jobs.Count > 0)
        {
            JobWriter.WriteText(invocation.Console, jobs);
        }
        else if (failure is null)
        {
            invocation.Note("there are no such jobs");
        }
    }
}
