using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Pruning.Imatrix;

/// <summary>
/// The GGUF form: <c>general.type</c> is <c>imatrix</c>; of each tensor NAME there are <c>NAME.in_sum2</c>, F32, a row of columns for each
/// matrix, and <c>NAME.counts</c>, F32, the number of tokens for each matrix (or one for all). Other tensors are passed over.
/// </summary>
internal sealed class GgufImatrix : ImatrixFile
{
    private const string SumsSuffix = ".in_sum2";
    private const string CountsSuffix = ".counts";
    private const string TypeKey = "general.type";
    private const string DatasetsKey = "imatrix.datasets";

    private readonly Dictionary<string, ImatrixEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GgufTensorEntry> _tensors;
    private readonly GgufHeader _header;

    public GgufImatrix(ByteSource source)
        : base(source)
    {
        _header = GgufHeaderReader.Read(source, ReadLimits.Default, CancellationToken.None);
        string? type = _header.Metadata.GetValueOrDefault(TypeKey)?.Scalar as string;
        if (type != "imatrix")
        {
            string found = type is null ? "absent" : ErrorText.Quote(type);
            throw Error(ImatrixErrorCodes.Type, null, $"{TypeKey} is {found}, 'imatrix' is expected");
        }

        _tensors = _header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (GgufTensorEntry sums in _header.Tensors.Where(tensor => tensor.Name.EndsWith(SumsSuffix, StringComparison.Ordinal)))
        {
            AddEntry(sums);
        }

        if (_entries.Count == 0)
        {
            throw Error(ImatrixErrorCodes.EntryCount, null, $"the file has no tensor that ends in {SumsSuffix}");
        }

        Datasets = [.. (_header.Metadata.GetValueOrDefault(DatasetsKey)?.Items ?? []).OfType<string>()];
    }

    public override IReadOnlyDictionary<string, ImatrixEntry> Entries => _entries;

    public override IReadOnlyList<string> Datasets { get; }

    public override double[] ReadMeanSquares(ImatrixEntry entry)
    {
        float[] sums = Read(_tensors[entry.Name + SumsSuffix]);
        float[] counts = Read(_tensors[entry.Name + CountsSuffix]);
        int columns = sums.Length / counts.Length;
        double[] means = new double[sums.Length];
        for (int i = 0; i < means.Length; i++)
        {
            float count = Checked(counts[i / columns], entry.Name, $"count {i / columns}");
            float sum = Checked(sums[i], entry.Name, $"sum {i}");
            means[i] = count > 0 ? (double)sum / count : 1;
        }

        return means;
    }

    private void AddEntry(GgufTensorEntry sums)
    {
        string name = sums.Name[..^SumsSuffix.Length];
        if (!_tensors.TryGetValue(name + CountsSuffix, out GgufTensorEntry counts))
        {
            throw Error(ImatrixErrorCodes.Counts, sums.EntryStart, $"{ErrorText.Quote(sums.Name)} is there, but no {CountsSuffix} beside it");
        }

        long values = sums.Shape.ElementCount;
        long numbers = counts.Shape.ElementCount;
        if (sums.Dtype != TensorDtype.F32 || counts.Dtype != TensorDtype.F32 || numbers < 1 || values < 1 || values % numbers != 0 ||
            values > Array.MaxLength / sizeof(float))
        {
            throw Error(
                ImatrixErrorCodes.Counts,
                sums.EntryStart,
                $"{ErrorText.Quote(name)} has {values} sums of {sums.Dtype} and {numbers} counts of {counts.Dtype}; "
                    + "F32 is expected, and as many sums for each count");
        }

        _entries.Add(name, new ImatrixEntry(name, (int)values, (int)numbers));
    }

    private float[] Read(GgufTensorEntry tensor)
    {
        ByteSource stored = Source.Slice(_header.DataStart + tensor.Offset, tensor.SizeBytes);
        BlockLayout layout = tensor.Dtype.Layout();
        ByteSource content = _header.Order == ByteOrder.Little ? stored : new ByteOrderByteSource(stored, layout);
        float[] values = new float[tensor.Shape.ElementCount];
        new TensorValues(content, tensor.Dtype, tensor.Shape).Read(0, values);
        return values;
    }
}
