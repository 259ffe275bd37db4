namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>Counts what all pickles of one file take, so that many small ones cost no more than a large one.</summary>
internal sealed class PickleBudget(ReadLimits limits, CancellationToken cancellation)
{
    private long _opcodes;
    private long _text;

    /// <summary>The limits.</summary>
    public ReadLimits Limits { get; } = limits;

    /// <summary>Counts an opcode.</summary>
    public void CountOpcode(PickleDecoder at)
    {
        cancellation.ThrowIfCancellationRequested();
        if (++_opcodes > Limits.PickleOpcodes)
        {
            throw at.Error(PickleErrorCodes.OpcodeCount, at.Offset,
                $"the pickles of this file have more than {Limits.PickleOpcodes} opcodes");
        }
    }

    /// <summary>Counts text that is kept.</summary>
    public void CountText(PickleDecoder at, long offset, long bytes)
    {
        _text += bytes;
        if (_text > Limits.PickleTextTotal)
        {
            throw at.Error(PickleErrorCodes.TextTotal, offset,
                $"the pickles of this file hold more than {Limits.PickleTextTotal} bytes of text");
        }
    }
}
