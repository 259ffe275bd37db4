namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Builds the inert graph of a pickle: a stack machine that calls nothing. What a pickle would call is kept as
/// <see cref="PickleCall"/>, or refused.
/// </summary>
internal sealed class PickleMachine
{
    private const int MaxProtocol = 5;

    private static readonly object True = true;
    private static readonly object False = false;
    private static readonly PickleTuple Empty = new([]);

    private readonly PickleDecoder _decoder;
    private readonly PickleGlobals _globals;
    private readonly ReadLimits _limits;
    private readonly Func<object?, object?> _persistent;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];
    private bool _isDecoding;

    private PickleMachine(PickleDecoder decoder, PickleGlobals globals, ReadLimits limits, Func<object?, object?> persistent)
    {
        _decoder = decoder;
        _globals = globals;
        _limits = limits;
        _persistent = persistent;
    }

    /// <summary>The protocol that the pickle names; 0 where it names none.</summary>
    public int Protocol { get; private set; }

    /// <summary>What the pickle holds.</summary>
    public object? Root { get; private set; }

    /// <summary>Parses one pickle up to its STOP.</summary>
    /// <param name="decoder">Its opcodes.</param>
    /// <param name="globals">Takes up the globals; the caller has it check them once all pickles of the file are parsed.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="persistent">Turns a persistent id into what it stands for, or throws.</param>
    /// <exception cref="ModelFormatException">The pickle is damaged or does what weights do not need; globals are named.</exception>
    public static PickleMachine Load(PickleDecoder decoder, PickleGlobals globals, ReadLimits limits, Func<object?, object?> persistent)
    {
        PickleMachine machine = new(decoder, globals, limits, persistent);
        try
        {
            machine.Run();
            return machine;
        }
        catch (ModelFormatException error)
        {
            machine.ScanRest();
            globals.Check(error);
            throw;
        }
    }

    private void Run()
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            _isDecoding = true;
            PickleToken token = _decoder.Read();
            _isDecoding = false;
            if (token.Opcode == PickleOpcode.Stop)
            {
                Root = Pop(token);
                return;
            }

            if (token.Opcode == PickleOpcode.Proto)
            {
                Protocol = isFirst && token.Number <= MaxProtocol
                    ? (int)token.Number
                    : throw Error(PickleErrorCodes.Protocol, token,
                        $"the protocol is {token.Number}; one from 2 to {MaxProtocol} is expected, once");
                continue;
            }

            Execute(token);
            if (_stack.Count + _marks.Count > _limits.PickleStack)
            {
                throw Error(PickleErrorCodes.Stack, token, $"the stack is deeper than {_limits.PickleStack}");
            }
        }
    }

    // A pickle that is refused for something else is looked through for globals all the same, so that all are named.
    private void ScanRest()
    {
        try
        {
            while (!_isDecoding && _decoder.Read() is { Opcode: not PickleOpcode.Stop } token)
            {
                if (token.Value is PickleGlobal global)
                {
                    _globals.Add(global, token.Offset);
                }
                else if (token.Opcode == PickleOpcode.StackGlobal)
                {
                    _globals.AddComputed(token.Offset);
                }
            }
        }
        catch (ModelFormatException)
        {
            _isDecoding = true;
        }
    }

    private void Execute(PickleToken token)
    {
        switch (token.Opcode)
        {
            case PickleOpcode.Mark:
                _marks.Add(_stack.Count);
                break;
            case PickleOpcode.None:
                _stack.Add(null);
                break;
            case PickleOpcode.NewTrue:
                _stack.Add(True);
                break;
            case PickleOpcode.NewFalse:
                _stack.Add(False);
                break;
            case PickleOpcode.BinInt or PickleOpcode.BinInt1 or PickleOpcode.BinInt2:
                _stack.Add(token.Number);
                break;
            case PickleOpcode.Long1 or PickleOpcode.Long4:
                _stack.Add(token.Value ?? new PickleOpaque("long number"));
                break;
            case PickleOpcode.BinFloat or PickleOpcode.ShortBinUnicode or PickleOpcode.BinUnicode or PickleOpcode.BinUnicode8
                or PickleOpcode.ShortBinString or PickleOpcode.BinString:
                _stack.Add(token.Value);
                break;
            case PickleOpcode.ShortBinBytes or PickleOpcode.BinBytes or PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                _stack.Add(new PickleOpaque("bytes"));
                break;
            case PickleOpcode.Frame:
                break;
            case PickleOpcode.BinGet or PickleOpcode.LongBinGet:
                _stack.Add(_memo.TryGetValue(token.Number, out object? kept)
                    ? kept
                    : throw Error(PickleErrorCodes.Memo, token, $"entry {token.Number} of the memo is not there"));
                break;
            case PickleOpcode.BinPut or PickleOpcode.LongBinPut:
                Memoize(token, token.Number);
                break;
            case PickleOpcode.Memoize:
                Memoize(token, _memo.Count);
                break;
            case PickleOpcode.Global:
                _stack.Add(FindGlobal(token, (PickleGlobal)token.Value!));
                break;
            case PickleOpcode.StackGlobal:
                StackGlobal(token);
                break;
            case PickleOpcode.BinPersId:
                _stack.Add(_persistent(Pop(token)));
                break;
            default:
                ExecuteContainer(token);
                break;
        }
    }

    private void ExecuteContainer(PickleToken token)
    {
        switch (token.Opcode)
        {
            case PickleOpcode.EmptyTuple:
                _stack.Add(Empty);
                break;
            case PickleOpcode.Tuple1 or PickleOpcode.Tuple2 or PickleOpcode.Tuple3:
                _stack.Add(new PickleTuple(PopMany(token, token.Opcode - PickleOpcode.Tuple1 + 1)));
                break;
            case PickleOpcode.Tuple:
                _stack.Add(new PickleTuple(PopToMark(token)));
                break;
            case PickleOpcode.EmptyList:
                _stack.Add(new PickleList(false));
                break;
            case PickleOpcode.EmptySet:
                _stack.Add(new PickleList(true));
                break;
            case PickleOpcode.EmptyDict:
                _stack.Add(new PickleDict());
                break;
            case PickleOpcode.FrozenSet:
                object?[] members = PopToMark(token);
                PickleList frozen = new(true);
                frozen.Items.AddRange(members);
                _stack.Add(frozen);
                break;
            case PickleOpcode.Append:
                object? item = Pop(token);
                ListOnTop(token, false).Items.Add(item);
                break;
            case PickleOpcode.Appends or PickleOpcode.AddItems:
                object?[] items = PopToMark(token);
                ListOnTop(token, token.Opcode == PickleOpcode.AddItems).Items.AddRange(items);
                break;
            case PickleOpcode.SetItem:
                SetItems(token, PopMany(token, 2));
                break;
            case PickleOpcode.SetItems:
                SetItems(token, PopToMark(token));
                break;
            case PickleOpcode.Reduce:
                object? arguments = Pop(token);
                Call(token, Pop(token), arguments);
                break;
            case PickleOpcode.NewObj:
                arguments = Pop(token);
                New(token, Pop(token), arguments);
                break;
            case PickleOpcode.NewObjEx:
                Pop(token);
                arguments = Pop(token);
                New(token, Pop(token), arguments);
                break;
            case PickleOpcode.Build:
                Build(token, Pop(token));
                break;
            default:
                throw Refuse(token);
        }
    }

    private ModelFormatException Refuse(PickleToken token)
    {
        if (token.Opcode is PickleOpcode.Ext1 or PickleOpcode.Ext2 or PickleOpcode.Ext4)
        {
            return Error(PickleErrorCodes.Extension, token, $"extension {token.Number} is an object that only the saving process knows");
        }

        if (token.Value is PickleGlobal global)
        {
            _globals.Add(global, token.Offset);
        }

        string name = token.Value is PickleGlobal made ? $" of {ErrorText.Quote(made.FullName)}" : string.Empty;
        return Error(
            PickleErrorCodes.Opcode, token,
            $"{token.Opcode.ToString().ToUpperInvariant()}{name} is an opcode that weights of protocols 2 to 5 do not need");
    }

    private void Memoize(PickleToken token, long index)
    {
        if (index >= _limits.PickleMemo || _memo.Count >= _limits.PickleMemo)
        {
            throw Error(PickleErrorCodes.Memo, token, $"entry {index} of the memo is beyond the limit of {_limits.PickleMemo}");
        }

        _memo[index] = Top(token);
    }

    // What is not allowed becomes a value of no concern; the file is refused once all its globals are known.
    private object FindGlobal(PickleToken token, PickleGlobal global) =>
        _globals.Add(global, token.Offset) ? global : new PickleOpaque("global");

    private void StackGlobal(PickleToken token)
    {
        object? name = Pop(token);
        object? module = Pop(token);
        if (module is string moduleName && name is string globalName)
        {
            _stack.Add(FindGlobal(token, new PickleGlobal(moduleName, globalName)));
            return;
        }

        _globals.AddComputed(token.Offset);
        _stack.Add(new PickleOpaque("global"));
    }

    private void SetItems(PickleToken token, object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw Error(PickleErrorCodes.Stack, token, "a key has no value");
        }

        if (Top(token) is PickleOpaque && _globals.IsUnsafe)
        {
            return;
        }

        PickleDict dict = Top(token) as PickleDict ?? throw WrongTarget(token);
        for (int i = 0; i < items.Length; i += 2)
        {
            dict.Entries.Add((items[i], items[i + 1]));
        }
    }

    private void Call(PickleToken token, object? function, object? arguments)
    {
        if (function is PickleOpaque && _globals.IsUnsafe)
        {
            _stack.Add(function);
            return;
        }

        if (function is not PickleGlobal global || arguments is not PickleTuple tuple)
        {
            throw Error(PickleErrorCodes.Call, token, "REDUCE needs a function by its name, and a tuple");
        }

        _stack.Add(PickleCalls.TryMake(global, tuple, out object? made)
            ? made
            : throw Error(PickleErrorCodes.Call, token, $"{ErrorText.Quote(global.FullName)} cannot be called, or not like this"));
    }

    private void New(PickleToken token, object? type, object? arguments)
    {
        if (type is PickleOpaque && _globals.IsUnsafe)
        {
            _stack.Add(type);
            return;
        }

        if (type is not PickleGlobal global || arguments is not PickleTuple tuple)
        {
            throw Error(PickleErrorCodes.Call, token, "NEWOBJ needs a class by its name, and a tuple");
        }

        _stack.Add(PickleGlobals.IsScriptClass(global) ? new PickleObject(global)
            : PickleGlobals.NormalName(global) is "collections.OrderedDict" or "collections.Counter" &&
                PickleCalls.TryMake(global, tuple, out object? made) ? made
            : throw Error(PickleErrorCodes.Call, token, $"{ErrorText.Quote(global.FullName)} is not to be made by NEWOBJ"));
    }

    // Attributes count on a script's modules alone: those of dictionaries and tensors (versions of layers, flags) hold no weights.
    private void Build(PickleToken token, object? state)
    {
        switch (Top(token))
        {
            case PickleObject module:
                module.State = state;
                break;
            case PickleDict or PickleCall:
            case PickleOpaque when _globals.IsUnsafe:
                break;
            default:
                throw Error(PickleErrorCodes.Type, token, "BUILD needs a module, a dictionary or a tensor");
        }
    }

    private PickleList ListOnTop(PickleToken token, bool isSet) => Top(token) switch
    {
        PickleList list when list.IsSet == isSet => list,
        PickleOpaque when _globals.IsUnsafe => new PickleList(isSet),
        _ => throw WrongTarget(token),
    };

    private ModelFormatException WrongTarget(PickleToken token) =>
        Error(PickleErrorCodes.Type, token, $"{token.Opcode.ToString().ToUpperInvariant()} on an object that does not take it");

    private object? Top(PickleToken token) =>
        _stack.Count > Floor ? _stack[^1] : throw Error(PickleErrorCodes.Stack, token, "the stack is empty here");

    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    private object? Pop(PickleToken token)
    {
        object? top = Top(token);
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private object?[] PopMany(PickleToken token, int count)
    {
        if (_stack.Count - Floor < count)
        {
            throw Error(PickleErrorCodes.Stack, token, $"{count} objects are needed, the stack has {_stack.Count - Floor}");
        }

        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark(PickleToken token)
    {
        if (_marks.Count == 0)
        {
            throw Error(PickleErrorCodes.Stack, token, "no mark is on the stack");
        }

        object?[] items = PopMany(token, _stack.Count - _marks[^1]);
        _marks.RemoveAt(_marks.Count - 1);
        return items;
    }

    private ModelFormatException Error(string code, PickleToken token, string problem) => _decoder.Error(code, token.Offset, problem);
}
