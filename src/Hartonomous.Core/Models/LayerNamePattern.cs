namespace Hartonomous.Core.Models;

/// <summary>How a part of a pattern is compared to a part of a name.</summary>
internal enum LayerNameForm
{
    /// <summary>The whole part, letter by letter.</summary>
    Whole = 0,

    /// <summary>The whole part but for a number at its end.</summary>
    Numbered,

    /// <summary>The first words of the part, or all of them.</summary>
    First,

    /// <summary>The last words of the part, or all of them, but for a number at the end.</summary>
    Last,

    /// <summary>One word of the part, but for a number at the word's end.</summary>
    Word,

    /// <summary>Any number.</summary>
    Number,
}

/// <summary>One pattern of <see cref="LayerNameRules"/>, taken apart.</summary>
internal sealed class LayerNamePattern
{
    private LayerNamePattern(LayerType kind, int rank, bool atStart, bool atEnd, (string Text, LayerNameForm Form, bool Gap)[] elements)
    {
        Kind = kind;
        Rank = rank;
        AtStart = atStart;
        AtEnd = atEnd;
        Elements = elements;
    }

    /// <summary>What a name that fits is.</summary>
    internal LayerType Kind { get; }

    /// <summary>Place in the order of precedence; the lowest wins.</summary>
    internal int Rank { get; }

    /// <summary>Whether the first element must be the first part of the name.</summary>
    internal bool AtStart { get; }

    /// <summary>Whether the last element must be the last part of the name that is no parameter.</summary>
    internal bool AtEnd { get; }

    /// <summary>The parts, in order. <c>Gap</c> says that anything may stand between this element and the next.</summary>
    internal (string Text, LayerNameForm Form, bool Gap)[] Elements { get; }

    /// <summary>The last element, by which the pattern is found.</summary>
    internal (string Text, LayerNameForm Form, bool Gap) Key => Elements[^1];

    /// <summary>Takes a pattern apart.</summary>
    internal static LayerNamePattern Parse(LayerType kind, int rank, string pattern)
    {
        bool atStart = pattern.StartsWith('^');
        bool atEnd = pattern.EndsWith('$');
        List<(string, LayerNameForm, bool)> elements = [];
        string[] runs = pattern.TrimStart('^').TrimEnd('$').Split('>');
        for (int i = 0; i < runs.Length; i++)
        {
            string[] parts = runs[i].Split('.');
            for (int j = 0; j < parts.Length; j++)
            {
                (string text, LayerNameForm form) = ParseElement(parts[j]);
                elements.Add((text, form, j == parts.Length - 1 && i < runs.Length - 1));
            }
        }

        return new LayerNamePattern(kind, rank, atStart, atEnd, [.. elements]);
    }

    private static (string Text, LayerNameForm Form) ParseElement(string element) => element switch
    {
        "#" => (element, LayerNameForm.Number),
        ['~', .. string word] => (word, LayerNameForm.Word),
        ['*', '_', .. string last] => (last, LayerNameForm.Last),
        [.. string first, '_', '*'] => (first, LayerNameForm.First),
        [.. string bare, '#'] => (bare, LayerNameForm.Numbered),
        _ => (element, LayerNameForm.Whole),
    };
}
