using System.Collections.Concurrent;
using System.Management.Automation;
using Hartonomous.Core.Atoms;

namespace Hartonomous.Commands;

/// <summary>
/// What work off the pipeline thread has of its cmdlet. Output waits in a short queue for the pipeline thread to write it: work that is
/// faster than the rest of the pipeline waits.
/// </summary>
internal sealed class WorkContext(BlockingCollection<Action<Cmdlet>> queue, IProgress<OperationProgress> progress, CancellationToken token)
{
    private const string Tag = "Hartonomous";

    /// <summary>Told how far the work is.</summary>
    public IProgress<OperationProgress> Progress => progress;

    /// <summary>Ends the work: Ctrl+C, or a pipeline that wants no more.</summary>
    public CancellationToken Token => token;

    /// <summary>Writes an object to the pipeline.</summary>
    public void Output(object value) => queue.Add(cmdlet => cmdlet.WriteObject(value), token);

    /// <summary>Writes a non-terminating error.</summary>
    public void Error(ErrorRecord record) => queue.Add(cmdlet => cmdlet.WriteError(record), token);

    /// <summary>Writes a warning.</summary>
    public void Warning(string text) => queue.Add(cmdlet => cmdlet.WriteWarning(text), token);

    /// <summary>Says what was done in the information stream, which is silent unless it is asked for, and which scripts can log.</summary>
    public void Information(string text) => queue.Add(cmdlet => cmdlet.WriteInformation(text, [Tag]), token);

    /// <summary>Writes to the verbose stream.</summary>
    public void Verbose(string text) => queue.Add(cmdlet => cmdlet.WriteVerbose(text), token);
}
