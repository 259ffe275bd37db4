using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart verify</c>: proves the store.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Option<bool> _full = new("--full")
    {
        Description = "Read everything: hash every payload, every tensor put together from its blocks, every file from its recipe.",
    };

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = "Go on where a full verification was interrupted or ran out of time.",
    };

    private readonly Option<TimeSpan?> _timeLimit = Duration.LimitOption("End a full verification after this time: 90s, 15m, 2h. --resume goes on.");

    private readonly Option<string?> _report = new("--report") { Description = "Write the JSON document to this file as well.", HelpName = "FILE" };

    public VerifyVerb()
        : base("verify", "Check the store: structure, counts of references, recipes. Ends with 1 where something is wrong.")
    {
        Options.Add(_full);
        Options.Add(_resume);
        Options.Add(_timeLimit);
        Options.Add(_report);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart verify", "hart verify --full --json", "hart verify --full --resume --time-limit 1h"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        VerifyOptions options = new()
        {
            Full = invocation.Arguments.GetValue(_full),
            Resume = invocation.Arguments.GetValue(_resume),
            TimeLimit = invocation.Arguments.GetValue(_timeLimit),
        };
        if (!options.Full && (options.Resume || options.TimeLimit is not null))
        {
            throw new UsageException("--resume and --time-limit go with --full");
        }

        using IModelStore store = invocation.OpenStore();
        VerifyReport report = invocation.WithProgress(progress => new StoreVerifier(store).Verify(options, progress, cancellation));
        if (invocation.Arguments.GetValue(_report) is { Length: > 0 } file)
        {
            ReportJson.Save(file, json => ReportJson.Write(json, report));
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ReportJson.Write(json, report));
        }
        else
        {
            WriteText(invocation.Console, report);
        }

        return report.Ok ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static void WriteText(CliConsole console, VerifyReport report)
    {
        TextTable counts = TextTable.OfProperties();
        foreach ((string what, long count) in report.Checked)
        {
            counts.Add($"Checked {what}", HumanText.Count(count));
        }

        counts.WriteTo(console);
        if (!report.Complete)
        {
            console.Out.WriteLine("The time was over before everything was read; 'hart verify --full --resume' goes on.");
        }

        if (report.Ok)
        {
            console.Out.WriteLine(!report.Complete ? "So far the store is in order." : report.Full
                ? "The store is in order: every payload, tensor and file has its SHA-256."
                : "The store is in order. Payloads were not read; --full reads them.");
            return;
        }

        TextTable findings = new("Code", "Object", "Detail");
        foreach (VerifyFinding finding in report.Findings)
        {
            findings.Add(finding.Code, finding.Object, finding.Detail);
        }

        findings.WriteTo(console);
        console.Out.WriteLine($"The store is damaged: {HumanText.Plural(report.Findings.Count, "finding")}.");
    }
}
