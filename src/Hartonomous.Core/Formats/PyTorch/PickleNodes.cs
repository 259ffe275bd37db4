namespace Hartonomous.Core.Formats.PyTorch;

// The inert graph that a pickle is parsed into. Besides these, a value is null (None), a bool, a long, a BigInteger, a double or a string.

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items);

/// <summary>A list, set or frozen set.</summary>
internal sealed class PickleList(bool isSet)
{
    public bool IsSet { get; } = isSet;

    /// <summary>Made when it is first asked for: a pickle can hold half a million empty lists.</summary>
    public List<object?> Items => field ??= [];
}

/// <summary>A dictionary of any kind, its entries as they were set: a key may be there twice, the last one counts.</summary>
internal sealed class PickleDict
{
    public List<(object? Key, object? Value)> Entries => field ??= [];
}

/// <summary>A class or function, by its name alone.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public string FullName => $"{Module}.{Name}";
}

/// <summary>What a function would have been called with.</summary>
internal sealed record PickleCall(PickleGlobal Function, PickleTuple Arguments);

/// <summary>A module of TorchScript: its class, and its attributes once they are set.</summary>
internal sealed class PickleObject(PickleGlobal type)
{
    public PickleGlobal Type { get; } = type;

    public object? State { get; set; }
}

/// <summary>A value that is of no concern: bytes, long texts, devices, scripts' enumerations.</summary>
internal sealed record PickleOpaque(string Kind);

/// <summary>One opcode with its argument.</summary>
/// <param name="Opcode">The opcode.</param>
/// <param name="Offset">Where in the file it stands.</param>
/// <param name="Number">Its argument, where that is a whole number of 64 bits: a value, a length, an index of the memo.</param>
/// <param name="Value">Its argument, where that is anything else.</param>
internal readonly record struct PickleToken(PickleOpcode Opcode, long Offset, long Number, object? Value);
