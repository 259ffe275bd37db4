namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>What the allowed functions would give, as far as it matters for weights.</summary>
internal static class PickleCalls
{
    /// <summary>Gives the inert stand-in for a call. Fails for what is no function, and for arguments of another form.</summary>
    public static bool TryMake(PickleGlobal function, PickleTuple arguments, out object? made)
    {
        made = null;
        object?[] items = arguments.Items;
        switch (PickleGlobals.NormalName(function))
        {
            case "collections.OrderedDict" or "collections.Counter":
                return TryMakeDict(items, out made);
            case "builtins.set":
                made = items is [PickleList list] ? list : new PickleList(true);
                return items.Length <= 1;
            case "torch.Size":
                made = items is [PickleTuple size] ? size : items is [PickleList sizes] ? new PickleTuple([.. sizes.Items]) : null;
                return made is not null;
            case "torch.jit._pickle.restore_type_tag" or "torch.jit._pickle.build_intlist" or "torch.jit._pickle.build_tensorlist"
                or "torch.jit._pickle.build_doublelist" or "torch.jit._pickle.build_boollist":
                made = items.Length > 0 ? items[0] : null;
                return items.Length > 0;
            case "torch.device" or "_codecs.encode" or "builtins.bytearray" or "builtins.complex" or "torch.serialization._get_layout":
                made = new PickleOpaque(function.Name);
                return true;
            case string name when name.StartsWith("torch._utils._rebuild_", StringComparison.Ordinal):
                made = new PickleCall(function, arguments);
                return true;
            case "torch._tensor._rebuild_from_type_v2":
                return TryMakeTyped(items, out made);
            default:
                made = new PickleOpaque("enumeration");
                return PickleGlobals.IsScriptClass(function);
        }
    }

    // OrderedDict() or, from Python 2, OrderedDict([[key, value], ...]); Counter({key: count}).
    private static bool TryMakeDict(object?[] items, out object? made)
    {
        PickleDict dict = new();
        made = dict;
        if (items.Length == 0)
        {
            return true;
        }

        if (items is [PickleDict other])
        {
            dict.Entries.AddRange(other.Entries);
            return true;
        }

        if (items is not [PickleList pairs])
        {
            return false;
        }

        foreach (object? pair in pairs.Items)
        {
            if (pair is PickleList { Items: [var listKey, var listValue] })
            {
                dict.Entries.Add((listKey, listValue));
            }
            else if (pair is PickleTuple { Items: [var key, var value] })
            {
                dict.Entries.Add((key, value));
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    // (function, class, arguments, state): the function is called, then its result is given the class. Only tensors come of it.
    private static bool TryMakeTyped(object?[] items, out object? made)
    {
        made = null;
        return items is [PickleGlobal { Module: "torch._utils" } function, PickleGlobal type, PickleTuple arguments, ..] &&
            type.FullName is "torch.Tensor" or "torch.nn.parameter.Parameter" && TryMake(function, arguments, out made);
    }
}
