using System.Collections.Specialized;
using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Proves a store. Gives <c>$true</c> or <c>$false</c>, with a warning for each thing that is wrong; with <c>-Detailed</c> a report that
/// holds them, and no warnings.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "HartStore")]
[OutputType(typeof(bool), typeof(HartStoreReport))]
public sealed class TestHartStoreCommand : StoreCmdlet
{
    /// <summary>Whether every payload is read and hashed, every tensor put together and every file recomputed.</summary>
    [Parameter]
    public SwitchParameter Full { get; set; }

    /// <summary>Whether the report is written instead of its verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

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
        Work("Verifying a store", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            VerifyReport report = new StoreVerifier(lease.Store).Verify(Full, context.Progress, context.Token);
            if (Detailed)
            {
                context.Output(Convert(connection, report));
                return;
            }

            foreach (VerifyFinding finding in report.Findings)
            {
                context.Warning($"{finding.Code}: {finding.Object}: {finding.Detail}");
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
