using System.Text.Json;
using System.Text.Unicode;

namespace Hartonomous.Core.Formats;

/// <summary>Codes of the errors that every JSON part of a model can have.</summary>
/// <param name="Json">It is not JSON.</param>
/// <param name="Depth">It is nested too deep.</param>
/// <param name="DuplicateKey">A key stands twice in one object.</param>
internal sealed record StrictJsonCodes(string Json, string Depth, string DuplicateKey);

/// <summary>
/// Token after token of a JSON text that must be valid UTF-8: no comments, no trailing commas, nothing after the value but white space.
/// Every fault ends in a <see cref="ModelFormatException"/> with its place in the file.
/// </summary>
internal ref struct StrictJsonReader
{
    private readonly string _file;
    private readonly long _start;
    private readonly int _maxDepth;
    private readonly StrictJsonCodes _codes;
    private Utf8JsonReader _reader;

    /// <summary>Makes a reader that stands before the first token.</summary>
    /// <param name="json">The text.</param>
    /// <param name="file">Name of the file, for errors.</param>
    /// <param name="start">Where in the file the text begins.</param>
    /// <param name="maxDepth">How many objects and arrays may stand within each other.</param>
    /// <param name="codes">Codes of the errors.</param>
    public StrictJsonReader(ReadOnlySpan<byte> json, string file, long start, int maxDepth, StrictJsonCodes codes)
    {
        _file = file;
        _start = start;
        _maxDepth = maxDepth;
        _codes = codes;

        // One more than allowed, so that the check below comes before the reader's own, which has no code.
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
    }

    /// <summary>The kind of the current token.</summary>
    public readonly JsonTokenType TokenType => _reader.TokenType;

    /// <summary>The current token as it stands in the text; of a string, what is between its quotes, still escaped.</summary>
    public readonly ReadOnlySpan<byte> Raw => _reader.ValueSpan;

    /// <summary>Where in the file the current token begins.</summary>
    public readonly long Offset => _start + _reader.TokenStartIndex;

    /// <summary>Place of the first byte that is not part of valid UTF-8, or -1.</summary>
    public static int IndexOfInvalidUtf8(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return -1;
        }

        int at = 0;
        while (System.Text.Rune.DecodeFromUtf8(text[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    /// <summary>Goes to the next token.</summary>
    public JsonTokenType Read()
    {
        try
        {
            if (!_reader.Read())
            {
                throw Error(_codes.Json, "the JSON ends early");
            }
        }
        catch (JsonException error)
        {
            throw JsonError(error);
        }

        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && _reader.CurrentDepth >= _maxDepth)
        {
            throw Error(_codes.Depth, $"the JSON is nested deeper than {_maxDepth} levels");
        }

        return _reader.TokenType;
    }

    /// <summary>Fails unless only white space follows.</summary>
    public void ReadEnd()
    {
        try
        {
            _reader.Read();
        }
        catch (JsonException error)
        {
            throw JsonError(error);
        }
    }

    /// <summary>The current string or key, unescaped.</summary>
    public readonly string GetString()
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw HalfPair(error);
        }
    }

    /// <summary>Whether the current string or key, unescaped, is <paramref name="text"/>.</summary>
    public readonly bool TextEquals(ReadOnlySpan<byte> text)
    {
        try
        {
            return _reader.ValueTextEquals(text);
        }
        catch (InvalidOperationException error)
        {
            throw HalfPair(error);
        }
    }

    /// <summary>
    /// The current token as a whole number from 0 to 2^63 - 1, written in digits alone. Says of a number that is whole but larger that it
    /// is too large.
    /// </summary>
    public readonly bool TryGetWholeNumber(out long value, out bool tooLarge)
    {
        value = 0;
        tooLarge = false;
        if (_reader.TokenType != JsonTokenType.Number || Raw.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        tooLarge = !_reader.TryGetInt64(out value);
        return !tooLarge;
    }

    /// <summary>Passes over the current value and what is in it. Keys that stand twice in it are refused there as everywhere.</summary>
    /// <param name="countKey">Called for each key within, with its length in bytes.</param>
    public void SkipValue(Action<int>? countKey = null)
    {
        if (_reader.TokenType == JsonTokenType.StartArray)
        {
            while (Read() != JsonTokenType.EndArray)
            {
                SkipValue(countKey);
            }
        }
        else if (_reader.TokenType == JsonTokenType.StartObject)
        {
            HashSet<string> keys = new(StringComparer.Ordinal);
            while (Read() != JsonTokenType.EndObject)
            {
                countKey?.Invoke(Raw.Length);
                AddKey(keys, GetString());
                Read();
                SkipValue(countKey);
            }
        }
    }

    /// <summary>Notes a key of an object and fails where it was there before.</summary>
    public readonly void AddKey(HashSet<string> keys, string key)
    {
        if (!keys.Add(key))
        {
            throw DuplicateKey(key);
        }
    }

    /// <summary>The error that says that the current key stood in the object before.</summary>
    public readonly ModelFormatException DuplicateKey(string key) =>
        Error(_codes.DuplicateKey, $"the key {ErrorText.Quote(key)} stands twice in one object");

    /// <summary>An error at the current token.</summary>
    public readonly ModelFormatException Error(string code, string problem) => new(code, _file, Offset, problem);

    private readonly ModelFormatException HalfPair(InvalidOperationException error) =>
        new(_codes.Json, _file, Offset, "a string holds half of a surrogate pair", error);

    // The runtime's message is left out: it holds pieces of the file.
    private readonly ModelFormatException JsonError(JsonException error) =>
        new(_codes.Json, _file, _start + _reader.BytesConsumed, "the JSON is not valid here", error);
}
