using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>Parses the pickles of one file: what they name and what they take is counted together.</summary>
internal sealed class PyTorchPickles(string file, bool isScript, ReadLimits limits, CancellationToken cancellation)
{
    private readonly PickleBudget _budget = new(limits, cancellation);
    private readonly PickleGlobals _globals = new(file, isScript);

    /// <summary>The storages that have come up.</summary>
    public PyTorchStorages Storages { get; } = new(file);

    /// <summary>Parses a pickle from where the reader stands.</summary>
    /// <param name="reader">The bytes.</param>
    /// <param name="part">What the pickle is in its file, for errors.</param>
    /// <param name="start">Where in the file the reader's bytes begin.</param>
    /// <param name="persistent">Turns a persistent id into what it stands for; null where none may come up.</param>
    public PickleMachine Load(ByteReader reader, string part, long start, Func<object?, object?>? persistent)
    {
        PickleDecoder decoder = new(reader, part, start, _budget);
        return PickleMachine.Load(decoder, _globals, limits, persistent ?? Refuse);
    }

    /// <summary>Fails, naming them all, where the pickles name globals that are not allowed.</summary>
    public void CheckGlobals() => _globals.Check();

    private object? Refuse(object? id) =>
        throw new ModelFormatException(PyTorchErrorCodes.PersistentId, file, null, "a persistent id stands where no storage can be");
}
