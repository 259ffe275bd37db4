using Hartonomous.Core.Atoms;
using Spectre.Console;

namespace Hartonomous.Cli.Output;

/// <summary>A progress bar on standard error, gone when the work is done.</summary>
internal static class ProgressDisplay
{
    private const int MaxNameLength = 40;

    /// <summary>Runs work under a bar that it moves.</summary>
    public static T Run<T>(CliConsole console, Func<IProgress<OperationProgress>?, T> work) =>
        TerminalOutput.Create(console.Error, console.IsErrorTerminal).Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .Start(context => work(new Bar(context)));

    private sealed class Bar(ProgressContext context) : IProgress<OperationProgress>
    {
        private readonly Lock _lock = new();
        private ProgressTask? _task;

        public void Report(OperationProgress value)
        {
            if (value.BytesTotal <= 0)
            {
                return;
            }

            lock (_lock)
            {
                bool isFirst = _task is null;
                _task ??= context.AddTask(SafeText.Markup(value.Item, MaxNameLength), maxValue: value.BytesTotal);

                // Reports of parallel work may overtake each other.
                _task.Value = Math.Max(_task.Value, value.BytesDone);
                if (isFirst)
                {
                    context.Refresh();
                }
            }
        }
    }
}
