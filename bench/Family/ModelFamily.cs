using System.Globalization;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;

namespace Hartonomous.Benchmarks.Family;

/// <summary>
/// A family of models as stores meet them: a base in BF16; a fine-tune of it, in which 40 % of the bytes belong to changed weights and the
/// vocabulary has 64 tokens more; and the base quantized to Q8_0. The same arguments always give the same bytes.
/// </summary>
internal sealed class ModelFamily
{
    private const double ChangedShare = 0.4;
    private const int AddedTokens = 64;

    private ModelFamily(string folder)
    {
        Base = Path.Combine(folder, "base.safetensors");
        Tuned = Path.Combine(folder, "tuned.safetensors");
        Quantized = Path.Combine(folder, "base-q8_0.gguf");
    }

    /// <summary>The base, BF16 SafeTensors.</summary>
    public string Base { get; }

    /// <summary>The fine-tune, BF16 SafeTensors.</summary>
    public string Tuned { get; }

    /// <summary>The quantized base, GGUF.</summary>
    public string Quantized { get; }

    /// <summary>Runs the verb <c>family FOLDER [--scale S]</c>.</summary>
    public static int Run(string[] args)
    {
        if (args is not ([_] or [_, "--scale", _]))
        {
            Console.Error.WriteLine("family FOLDER [--scale S]");
            return 2;
        }

        ModelFamily family = Make(args[0], args.Length > 1 ? double.Parse(args[2], CultureInfo.InvariantCulture) : 1);
        foreach (string path in (string[])[family.Base, family.Tuned, family.Quantized])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(path).Length,14:N0}  {path}"));
        }

        return 0;
    }

    /// <summary>Writes the family's files.</summary>
    /// <param name="folder">Where; made if need be.</param>
    /// <param name="scale">1 for a base of 1.14 GB; less for fewer layers and tokens.</param>
    public static ModelFamily Make(string folder, double scale)
    {
        ModelFamily family = new(Directory.CreateDirectory(folder).FullName);
        LlamaShape shape = LlamaShape.Of(scale);
        LlamaShape grown = shape with { Vocabulary = shape.Vocabulary + AddedTokens };
        Dictionary<string, int> changed = ChooseChanged(shape);
        WriteSafeTensors(family.Base, shape, (name, bytes) => Weights.Make(name, bytes));
        WriteSafeTensors(family.Tuned, grown, (name, bytes) => Weights.Make(name, bytes, changed.GetValueOrDefault(name)));
        GgufFile.Write(family.Quantized, shape, (name, bytes) => Weights.Make(name, bytes));
        return family;
    }

    /// <summary>
    /// How many bytes of which tensors the fine-tune changes: whole tensors of the layers, in an order that mixes layers and kinds, until
    /// the share is reached, the last of them in part. Embeddings stay, as in fine-tunes that freeze them.
    /// </summary>
    private static Dictionary<string, int> ChooseChanged(LlamaShape shape)
    {
        (string Name, int Bytes)[] tensors = [.. shape.Tensors().Select(tensor => (tensor.Name, Bytes(tensor.Shape)))];
        long left = (long)(tensors.Sum(tensor => (long)tensor.Bytes) * ChangedShare);
        Dictionary<string, int> changed = [];
        foreach ((string name, int bytes) in tensors
            .Where(tensor => tensor.Name.Contains(".layers.", StringComparison.Ordinal))
            .OrderBy(tensor => ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(tensor.Name))))
        {
            changed[name] = (int)Math.Min(bytes, left);
            left -= changed[name];
        }

        return changed;
    }

    private static void WriteSafeTensors(string path, LlamaShape shape, Func<string, int, byte[]> weights)
    {
        using FileStream file = File.Create(path);
        file.Write(SafeTensorsWriter.WriteHeader(
            shape.Tensors().Select(tensor => (tensor.Name, TensorDtype.BF16, new TensorShape([.. tensor.Shape.Select(length => (long)length)]))),
            [KeyValuePair.Create("format", "pt")]));
        foreach ((string name, _, int[] dimensions) in shape.Tensors())
        {
            file.Write(weights(name, Bytes(dimensions)));
        }
    }

    private static int Bytes(int[] dimensions) => dimensions.Aggregate(2, (product, dimension) => product * dimension);
}
