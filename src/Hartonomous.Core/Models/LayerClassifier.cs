using System.Collections.Frozen;

namespace Hartonomous.Core.Models;

/// <summary>
/// Finds the kind and number of a layer from the names that the common architectures give their tensors: GGUF, Hugging Face
/// transformers and diffusers, timm and torchvision, plain PyTorch, PEFT and kohya adapters, Keras, TensorFlow and ONNX paths.
/// </summary>
/// <remarks>
/// <para>
/// A name is cut at <c>. / :</c> into parts, a part at <c>_ -</c> into words; only whole parts and words count, in either case of letters.
/// Where several kinds fit, the first of these is taken: optimizer state, adapter, quantization parameter, component of a diffusion
/// checkpoint (VAE, text encoder, UNet path, transformer block, time embedding; the component wins over what is inside it),
/// normalization, mixture of experts, position embedding, projector, state space, recurrent, attention, pooling, feed-forward, output head,
/// embedding, convolution, dense.
/// </para>
/// <para>
/// A normalization is one wherever it stands (<c>attn_norm</c>, <c>self_attn.q_norm</c>). Gated delta nets and RWKV's time mix count as
/// state space, RWKV's channel mix as feed-forward. <c>fc</c> at the beginning of a name is an output head, as in torchvision. Quantized
/// weights (<c>qweight</c>) keep their layer's kind, as do causal masks and other buffers of a layer.
/// </para>
/// <para>
/// The index is the number of the outermost numbered block: <c>blk.12</c> is 12, T5's <c>block.3.layer.1</c> is 3,
/// <c>down_blocks.2.resnets.0</c> is 2, and ResNet's <c>layer1.0</c> is 1, the stage. It is found apart from the kind, so a tensor of
/// unknown kind may have one; the middle block of a UNet has none, nor does a number above 2^31 - 1. Experts, heads and the layers of a
/// sequential (<c>features.3</c>) are not blocks.
/// </para>
/// </remarks>
public static class LayerClassifier
{
    private const int MaxLength = 1024;
    private const int MaxParts = 64;

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Wrappers = Words(LayerNameRules.Wrappers);
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Parameters = Words(LayerNameRules.Parameters);
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Blocks = Words(LayerNameRules.Blocks);

    private static readonly LayerNamePattern[] Patterns =
    [
        .. LayerNameRules.Table.SelectMany((rule, rank) => rule.Patterns
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(pattern => LayerNamePattern.Parse(rule.Kind, rank, pattern))),
    ];

    private static readonly PatternIndex ByWhole = new(Patterns, LayerNameForm.Whole);
    private static readonly PatternIndex ByNumbered = new(Patterns, LayerNameForm.Numbered);
    private static readonly PatternIndex ByFirst = new(Patterns, LayerNameForm.First);
    private static readonly PatternIndex ByLast = new(Patterns, LayerNameForm.Last);
    private static readonly PatternIndex ByWord = new(Patterns, LayerNameForm.Word);

    /// <summary>Classifies one tensor name. A name that says nothing known is <see cref="LayerType.Unknown"/>, never a guess.</summary>
    /// <param name="tensorName">The name in the file. Of more than 1024 characters or 64 parts nothing is known.</param>
    /// <returns>The kind of layer, and the number of the block it is in or null outside any.</returns>
    public static (LayerType Type, int? Index) Classify(string tensorName)
    {
        ArgumentNullException.ThrowIfNull(tensorName);
        if (tensorName.Length > MaxLength)
        {
            return (LayerType.Unknown, null);
        }

        Span<char> lower = stackalloc char[tensorName.Length];
        tensorName.AsSpan().ToLowerInvariant(lower);
        Span<Part> buffer = stackalloc Part[MaxParts];
        if (!TrySplit(lower, buffer, out int count))
        {
            return (LayerType.Unknown, null);
        }

        Name name = new(lower, buffer[..count]);
        return (FindKind(name), FindIndex(name));
    }

    private static bool TrySplit(ReadOnlySpan<char> name, Span<Part> parts, out int count)
    {
        count = 0;
        foreach (Range range in name.SplitAny("./:"))
        {
            (int start, int length) = range.GetOffsetAndLength(name.Length);
            if (length == 0)
            {
                continue;
            }

            if (count == parts.Length)
            {
                return false;
            }

            int bare = TrimNumber(name.Slice(start, length)).Length;
            bool isNumber = !name.Slice(start, length).ContainsAnyExceptInRange('0', '9');
            parts[count++] = new Part(start, length, bare, isNumber);
        }

        return true;
    }

    private static LayerType FindKind(Name name)
    {
        int start = 0;
        while (start < name.Count - 1 && (Wrappers.Contains(name.Text(start)) || name.IsNumber(start)))
        {
            start++;
        }

        int end = name.Count - 1;
        while (end > start && (name.IsNumber(end) || Parameters.Contains(name.Text(end)) || Parameters.Contains(name.Bare(end))))
        {
            end--;
        }

        LayerNamePattern? best = null;
        for (int i = 0; i < name.Count; i++)
        {
            ReadOnlySpan<char> text = name.Text(i);
            ByWhole.Find(text, name, i, start, end, ref best);
            if (name.IsNumber(i))
            {
                continue;
            }

            ReadOnlySpan<char> bare = name.Bare(i);
            ByNumbered.Find(bare, name, i, start, end, ref best);
            ByFirst.Find(text, name, i, start, end, ref best);
            ByLast.Find(bare, name, i, start, end, ref best);
            int from = 0;
            while (from < text.Length)
            {
                int length = text[from..].IndexOfAny('_', '-');
                ReadOnlySpan<char> word = length < 0 ? text[from..] : text.Slice(from, length);
                ByWord.Find(word, name, i, start, end, ref best);
                ReadOnlySpan<char> plain = TrimNumber(word);
                if (plain.Length < word.Length)
                {
                    ByWord.Find(plain, name, i, start, end, ref best);
                }

                if (length < 0)
                {
                    break;
                }

                ByFirst.Find(text[..(from + length)], name, i, start, end, ref best);
                from += length + 1;
                if (from < bare.Length)
                {
                    ByLast.Find(bare[from..], name, i, start, end, ref best);
                }
            }
        }

        return best?.Kind ?? LayerType.Unknown;
    }

    private static int? FindIndex(Name name)
    {
        for (int i = 0; i < name.Count; i++)
        {
            ReadOnlySpan<char> text = name.Text(i);
            if (text is "middle_block" or "mid_block")
            {
                return null;
            }

            ReadOnlySpan<char> bare = name.Bare(i);
            if (text is "transformer_encoder" or "down" or "up" || EndsInBlock(text))
            {
                // "layers.3"
                if (i + 1 < name.Count && name.IsNumber(i + 1))
                {
                    return ParseIndex(name.Text(i + 1));
                }
            }
            else if (bare.Length < text.Length && (bare is "layer_with_weights" || EndsInBlock(bare)))
            {
                // "layer_3", "h3", "encoder_layer_3"
                return ParseIndex(text[bare.Length..].TrimStart("_-"));
            }
            else if (FindIndexWithin(text, out int? index))
            {
                return index;
            }
        }

        return null;
    }

    /// <summary>
    /// Finds the number in a part that goes on behind it: at the beginning (<c>block5_conv2</c>, <c>block_5_expand</c>), and anywhere
    /// in kohya's names, which have no dots (<c>lora_te_text_model_encoder_layers_5_mlp_fc1</c>).
    /// </summary>
    private static bool FindIndexWithin(ReadOnlySpan<char> text, out int? index)
    {
        bool isFlat = text.StartsWith("lora_");
        ReadOnlySpan<char> before = default;
        bool isFirst = true;
        index = null;
        foreach (Range range in text.SplitAny("_-"))
        {
            ReadOnlySpan<char> word = text[range];
            bool isNumber = word.Length > 0 && !word.ContainsAnyExceptInRange('0', '9');
            ReadOnlySpan<char> plain = TrimNumber(word);
            if (isNumber && Blocks.Contains(before))
            {
                index = ParseIndex(word);
                return true;
            }

            if (!isNumber && isFirst && plain.Length < word.Length && plain.Length > 1 && Blocks.Contains(plain))
            {
                index = ParseIndex(word[plain.Length..]);
                return true;
            }

            if (!isFirst && (!isFlat || (word is "block" && before is "mid" or "middle")))
            {
                return isFlat;
            }

            before = word;
            isFirst = false;
        }

        return false;
    }

    private static int? ParseIndex(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int index)
            ? index
            : null;

    /// <summary>Whether the last word of a part is one for a block (<c>down_blocks</c>); a single letter must be the whole part.</summary>
    private static bool EndsInBlock(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> word = text[(text.LastIndexOfAny('_', '-') + 1)..];
        return (word.Length > 1 || word.Length == text.Length) && Blocks.Contains(word);
    }

    private static ReadOnlySpan<char> TrimNumber(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> plain = text.TrimEnd("0123456789");
        return plain.Length == text.Length ? text : plain.TrimEnd("_-");
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(string words) => words
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly record struct Part(int Start, int Length, int BareLength, bool IsNumber);

    /// <summary>A name in lower case and its parts.</summary>
    private readonly ref struct Name(ReadOnlySpan<char> text, ReadOnlySpan<Part> parts)
    {
        private readonly ReadOnlySpan<char> _text = text;
        private readonly ReadOnlySpan<Part> _parts = parts;

        public int Count => _parts.Length;

        public bool IsNumber(int i) => _parts[i].IsNumber;

        public ReadOnlySpan<char> Text(int i) => _text.Slice(_parts[i].Start, _parts[i].Length);

        /// <summary>A part without the number at its end.</summary>
        public ReadOnlySpan<char> Bare(int i) => _text.Slice(_parts[i].Start, _parts[i].BareLength);
    }

    /// <summary>The patterns whose last element has one form, by its text.</summary>
    private sealed class PatternIndex
    {
        private readonly FrozenDictionary<string, LayerNamePattern[]>.AlternateLookup<ReadOnlySpan<char>> _patterns;
        private readonly int _longest;

        public PatternIndex(IEnumerable<LayerNamePattern> patterns, LayerNameForm form)
        {
            FrozenDictionary<string, LayerNamePattern[]> byText = patterns
                .Where(pattern => pattern.Key.Form == form)
                .GroupBy(pattern => pattern.Key.Text)
                .ToFrozenDictionary(group => group.Key, group => group.OrderBy(pattern => pattern.Rank).ToArray(), StringComparer.Ordinal);
            _patterns = byText.GetAlternateLookup<ReadOnlySpan<char>>();
            _longest = byText.Keys.Max(text => text.Length);
        }

        /// <summary>Puts a pattern that has <paramref name="text"/> at part <paramref name="at"/> in the place of a weaker one.</summary>
        public void Find(ReadOnlySpan<char> text, Name name, int at, int start, int end, ref LayerNamePattern? best)
        {
            if (text.Length > _longest || !_patterns.TryGetValue(text, out LayerNamePattern[]? found))
            {
                return;
            }

            foreach (LayerNamePattern pattern in found)
            {
                if (best is not null && best.Rank <= pattern.Rank)
                {
                    return;
                }

                if ((!pattern.AtEnd || at == end) && Precedes(pattern, name, at, start))
                {
                    best = pattern;
                }
            }
        }

        private static bool Precedes(LayerNamePattern pattern, Name name, int at, int start)
        {
            for (int i = pattern.Elements.Length - 2; i >= 0; i--)
            {
                (string text, LayerNameForm form, bool gap) = pattern.Elements[i];
                at--;
                while (at >= 0 && (gap ? !Fits(name, at, text, form) : form != LayerNameForm.Number && name.IsNumber(at)))
                {
                    at--;
                }

                if (at < 0 || !Fits(name, at, text, form))
                {
                    return false;
                }
            }

            return !pattern.AtStart || at == start;
        }

        private static bool Fits(Name name, int at, string text, LayerNameForm form) => form switch
        {
            LayerNameForm.Whole => name.Text(at).SequenceEqual(text),
            LayerNameForm.Numbered => name.Bare(at).SequenceEqual(text),
            LayerNameForm.Number => name.IsNumber(at),
            _ => throw new InvalidOperationException($"A pattern may have {form} in its last element only."),
        };
    }
}
