namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>Codes of the pickle parser's errors.</summary>
public static class PickleErrorCodes
{
    /// <summary>The pickle ends before its STOP.</summary>
    public const string Truncated = "PICKLE_TRUNCATED";

    /// <summary>Bytes follow a pickle that should be the last thing there.</summary>
    public const string Trailing = "PICKLE_TRAILING";

    /// <summary>The pickle is of a protocol beyond 5, or names a second one.</summary>
    public const string Protocol = "PICKLE_PROTOCOL";

    /// <summary>An opcode that no pickle has, or one that weights do not need (INST, OBJ, DUP, the text opcodes of protocol 0).</summary>
    public const string Opcode = "PICKLE_OPCODE";

    /// <summary>EXT1, EXT2 or EXT4: an object that only a registry of the loading process knows.</summary>
    public const string Extension = "PICKLE_EXTENSION";

    /// <summary>A frame reaches beyond the file, lies within another, or ends within an opcode.</summary>
    public const string Frame = "PICKLE_FRAME";

    /// <summary>A length or a number is negative or larger than can be.</summary>
    public const string Length = "PICKLE_LENGTH";

    /// <summary>A text is no valid UTF-8, or no ASCII where only that can be.</summary>
    public const string Text = "PICKLE_TEXT";

    /// <summary>The texts of the file exceed the limit.</summary>
    public const string TextTotal = "PICKLE_TEXT_TOTAL";

    /// <summary>The pickles of the file have more opcodes than the limit.</summary>
    public const string OpcodeCount = "PICKLE_OPCODE_COUNT";

    /// <summary>The stack is deeper than the limit, or an opcode takes more from it than is there.</summary>
    public const string Stack = "PICKLE_STACK";

    /// <summary>The memo is larger than the limit, or an entry is asked for that is not there.</summary>
    public const string Memo = "PICKLE_MEMO";

    /// <summary>An opcode works on an object of another type than it needs (SETITEM on a list, say).</summary>
    public const string Type = "PICKLE_TYPE";

    /// <summary>REDUCE or NEWOBJ of something that is not to be called, or with arguments it does not have.</summary>
    public const string Call = "PICKLE_CALL";
}
