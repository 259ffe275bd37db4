using System.Collections.Specialized;
using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Proves a store. Gives <c>$true</c> or <c>$false</c>, with a warning for each thing that is wrong; with <c>-Detailed</c> a report that
/// holds them, and no warnings.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "HartStore", SupportsShouldProcess = true)]
[OutputType(typeof(bool), typeof(HartStoreReport))]
public sealed class TestHartStoreCommand : StoreCmdlet
{
    /// <summary>Whether every payload is read and hashed, every tensor put together and every file recomputed.</summary>
    [Parameter]
    public SwitchParameter Full { get; set; }

    /// <summary>Whether the report is written instead of its verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <summary>Whether a full verification goes on where one was interrupted or ran out of time.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Time after which a full verification ends, to be resumed.</summary>
    [Parameter]
    public TimeSpan TimeLimit { get; set; }

    /// <summary>A file that gets the report as JSON. With <c>-WhatIf</c> the store is verified and the file is not written.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OutFile { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        string? file = OutFile is null ? null : FullPath(OutFile);
        if (file is not null && !ShouldProcess(file, "Write the report"))
        {
            file = null;
        }

        VerifyOptions options = new()
        {
            Full = Full || Resume,
            Resume = Resume,
            TimeLimit = MyInvocation.BoundParameters.ContainsKey(nameof(TimeLimit)) ? TimeLimit : null,
        };
        Work("Verifying a store", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            VerifyReport report = new StoreVerifier(lease.Store).Verify(options, context.Progress, context.Token);
            if (file is not null)
            {
                ReportJson.Save(file, json => ReportJson.Write(json, report));
            }

            context.Verbose($"Checked {string.Join(", ", report.Checked.Select(entry => $"{entry.Value} {entry.Key}"))}.");
            context.Information($"Verified {connection.Path}{(report.Full ? ", all payloads" : string.Empty)}: {report.Findings.Count} findings.");
            if (Detailed)
            {
                context.Output(Convert(connection, report));
                return;
            }

            foreach (VerifyFinding finding in report.Findings)
            {
                context.Warning($"{finding.Code}: {finding.Object}: {finding.Detail}");
            }

            if (!report.Complete)
            {
                context.Warning("The time was over before everything was read; -Resume goes on.");
            }

            context.Output(report.Ok);
        });
    }

    private static HartStoreReport Convert(HartStoreConnection connection, VerifyReport report)
    {
        OrderedDictionary counts = [];
        foreach ((string what, long count) in report.Checked)
        {
            counts.Add(what, count);
        }

        return new HartStoreReport
        {
            Store = connection.Path,
            Ok = report.Ok,
            Full = report.Full,
            Complete = report.Complete,
            Resumed = report.Resumed,
            Checked = counts,
            Findings =
            [
                .. report.Findings.Select(finding => new HartStoreFinding
                {
                    Code = finding.Code,
                    Object = finding.Object,
                    Detail = finding.Detail,
                }),
            ],
            Duration = TimeSpan.FromSeconds(report.Seconds),
        };
    }
}
