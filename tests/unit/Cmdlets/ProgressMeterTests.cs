using Hartonomous.Commands;
using Hartonomous.Core.Atoms;

namespace Hartonomous.Tests.Cmdlets;

public class ProgressMeterTests
{
    [Fact]
    public void Work_that_is_done_at_once_shows_nothing()
    {
        ManualTime time = new();
        ProgressMeter meter = new("Importing", time);
        meter.Report(new OperationProgress("m", 10, 10));
        time.Advance(ProgressMeter.Interval - TimeSpan.FromMilliseconds(1));
        Assert.Null(meter.Next());
        Assert.Null(meter.Finish());
    }

    [Fact]
    public void Records_are_200_milliseconds_apart_however_often_progress_is_reported()
    {
        ManualTime time = new();
        ProgressMeter meter = new("Importing", time);
        int records = 0;
        for (int i = 0; i < 1000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
            meter.Report(new OperationProgress("m", i, 1000));
            records += meter.Next() is null ? 0 : 1;
        }

        Assert.Equal(5, records);
    }

    [Fact]
    public void Nothing_new_is_not_shown_again()
    {
        ManualTime time = new();
        ProgressMeter meter = new("Importing", time);
        meter.Report(new OperationProgress("m", 1, 2));
        time.Advance(ProgressMeter.Interval);
        Assert.NotNull(meter.Next());
        time.Advance(ProgressMeter.Interval);
        Assert.Null(meter.Next());
    }

    [Fact]
    public void What_was_shown_is_completed_once()
    {
        ManualTime time = new();
        ProgressMeter meter = new("Importing", time);
        meter.Report(new OperationProgress("m", 1, 2));
        time.Advance(ProgressMeter.Interval);
        Assert.NotNull(meter.Next());
        Assert.NotNull(meter.Finish());
        Assert.Null(meter.Finish());
    }

    [Fact]
    public void A_model_without_bytes_has_no_rate_to_divide_by()
    {
        ManualTime time = new();
        ProgressMeter meter = new("Importing", time);
        meter.Report(new OperationProgress("m", 0, 0));
        time.Advance(ProgressMeter.Interval);
        Assert.NotNull(meter.Next());
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
