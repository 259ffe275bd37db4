using System.Management.Automation;
using Hartonomous.Core.Atoms;

namespace Hartonomous.Commands;

/// <summary>
/// Takes progress from any thread, as often as it comes, and makes of it a progress record at most every 200 ms. Work that is done
/// sooner shows none.
/// </summary>
internal sealed class ProgressMeter : IProgress<OperationProgress>
{
    /// <summary>Shortest time between two records; the console draws no more often.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static int s_lastActivity;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly string _activity;
    private readonly int _activityId = 0x4800 + (Interlocked.Increment(ref s_lastActivity) & 0xFFFF);
    private readonly long _began;
    private long _shown;
    private OperationProgress _latest;
    private bool _hasNews;
    private bool _isVisible;

    /// <summary>Begins to measure.</summary>
    public ProgressMeter(string activity, TimeProvider? time = null)
    {
        _activity = activity;
        _time = time ?? TimeProvider.System;
        _began = _shown = _time.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Report(OperationProgress value)
    {
        lock (_gate)
        {
            _latest = value;
            _hasNews = true;
        }
    }

    /// <summary>The record to show now, or null.</summary>
    public ProgressRecord? Next()
    {
        if (_time.GetElapsedTime(_shown) < Interval)
        {
            return null;
        }

        OperationProgress latest;
        lock (_gate)
        {
            if (!_hasNews)
            {
                return null;
            }

            latest = _latest;
            _hasNews = false;
        }

        _shown = _time.GetTimestamp();
        _isVisible = true;
        return Describe(latest);
    }

    /// <summary>The record that takes the display away, or null where nothing is displayed.</summary>
    public ProgressRecord? Finish()
    {
        if (!_isVisible)
        {
            return null;
        }

        _isVisible = false;
        return new ProgressRecord(_activityId, _activity, "Completed") { RecordType = ProgressRecordType.Completed };
    }

    private ProgressRecord Describe(OperationProgress progress)
    {
        double rate = progress.BytesDone / _time.GetElapsedTime(_began).TotalSeconds;
        ProgressRecord record = new(
            _activityId,
            _activity,
            $"{HartText.Size(progress.BytesDone)} of {HartText.Size(progress.BytesTotal)}, {HartText.Size((long)rate)}/s")
        {
            CurrentOperation = progress.Item,
        };
        if (progress.BytesTotal > 0)
        {
            record.PercentComplete = (int)Math.Clamp(100.0 * progress.BytesDone / progress.BytesTotal, 0, 100);
        }

        if (rate > 0)
        {
            record.SecondsRemaining = (int)Math.Min(int.MaxValue, Math.Max(0, progress.BytesTotal - progress.BytesDone) / rate);
        }

        return record;
    }
}
