using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart verify</c>: proves the store.</summary>
internal sealed class VerifyVerb : Verb
{
    private readonly Option<bool> _full = new("--full")
    {
        Description = "Read everything: hash every payload, every tensor put together from its blocks, every file from its recipe.",
    };

    public VerifyVerb()
        : base("verify", "Check the store: structure, counts of references, recipes. Ends with 1 where something is wrong.") =>
        Options.Add(_full);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart verify", "hart verify --full --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        bool full = invocation.Arguments.GetValue(_full);
        VerifyReport report = invocation.WithProgress(progress => new StoreVerifier(store).Verify(full, progress, cancellation));
        if (invocation.IsJson)
        {
            WriteJson(invocation, report);
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
        if (report.Ok)
        {
            console.Out.WriteLine(report.Full
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

    private static void WriteJson(Invocation invocation, VerifyReport report) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("ok", report.Ok);
        json.WriteBoolean("full", report.Full);
        json.WriteStartObject("checked");
        foreach ((string what, long count) in report.Checked)
        {
            json.WriteNumber(what, count);
        }

        json.WriteEndObject();
        json.WriteStartArray("findings");
        foreach (VerifyFinding finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("code", finding.Code);
            json.WriteString("object", finding.Object);
            json.WriteString("detail", finding.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Math.Round(report.Seconds, 3));
        json.WriteEndObject();
    });
}
