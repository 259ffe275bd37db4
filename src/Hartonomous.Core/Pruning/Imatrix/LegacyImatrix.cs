using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Pruning.Imatrix;

/// <summary>
/// The older form, little-endian: a count of entries; of each the length of its name, the name, a number of calls, a number of values, the
/// values; at the end, in files of 2024 and later, a number of calls and the name of the data set. A value divided by its entry's calls is
/// the mean square of a column.
/// </summary>
internal sealed class LegacyImatrix : ImatrixFile
{
    private const int MaxNameBytes = 4096;

    // Length of the name, a name of one byte, calls, number of values, one value.
    private const int MinEntryBytes = 4 + 1 + 4 + 4 + 4;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, ImatrixEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Offset, int Calls)> _places = new(StringComparer.Ordinal);
    private readonly List<string> _datasets = [];

    public LegacyImatrix(ByteSource source)
        : base(source)
    {
        ByteReader bytes = new(source, ImatrixErrorCodes.Truncated);
        int count = ReadInt32(bytes, "the number of entries");
        if (count < 1 || count > bytes.Remaining / MinEntryBytes)
        {
            throw Error(
                ImatrixErrorCodes.EntryCount, 0, $"{count} entries of at least {MinEntryBytes} bytes are declared, and {bytes.Remaining} bytes follow");
        }

        for (int i = 0; i < count; i++)
        {
            ReadEntry(bytes);
        }

        if (bytes.Remaining > 0)
        {
            ReadTrailer(bytes);
        }
    }

    public override IReadOnlyDictionary<string, ImatrixEntry> Entries => _entries;

    public override IReadOnlyList<string> Datasets => _datasets;

    public override double[] ReadMeanSquares(ImatrixEntry entry)
    {
        (long offset, int calls) = _places[entry.Name];
        byte[] bytes = new byte[entry.ValueCount * sizeof(float)];
        Source.ReadExactly(offset, bytes);
        double[] means = new double[entry.ValueCount];
        for (int i = 0; i < means.Length; i++)
        {
            float value = Checked(BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float))), entry.Name, $"value {i}");
            means[i] = calls > 0 ? (double)value / calls : value;
        }

        return means;
    }

    private static int ReadInt32(ByteReader bytes, string what) => unchecked((int)bytes.ReadUInt32(what));

    private void ReadEntry(ByteReader bytes)
    {
        string name = ReadName(bytes);
        long callsAt = bytes.Position;
        int calls = ReadInt32(bytes, "a number of calls");
        if (calls < 0)
        {
            throw Error(ImatrixErrorCodes.CallCount, callsAt, $"{ErrorText.Quote(name)} says {calls} calls, at least 0 are expected");
        }

        long countAt = bytes.Position;
        int values = ReadInt32(bytes, "a number of values");
        if (values < 1 || values > bytes.Remaining / sizeof(float) || values > Array.MaxLength / sizeof(float))
        {
            throw Error(
                ImatrixErrorCodes.ValueCount,
                countAt,
                $"{ErrorText.Quote(name)} says {values} values of {sizeof(float)} bytes, and {bytes.Remaining} bytes follow");
        }

        if (!_entries.TryAdd(name, new ImatrixEntry(name, values, 1)))
        {
            throw Error(ImatrixErrorCodes.NameDuplicate, callsAt, $"there are two entries for {ErrorText.Quote(name)}");
        }

        _places.Add(name, (bytes.Position, calls));
        bytes.Skip((long)values * sizeof(float), "the values of an entry");
    }

    private string ReadName(ByteReader bytes)
    {
        long start = bytes.Position;
        int length = ReadInt32(bytes, "the length of a name");
        if (length is < 1 or > MaxNameBytes || length > bytes.Remaining)
        {
            throw Error(
                ImatrixErrorCodes.NameLength, start, $"a name has {length} bytes; 1 to {MaxNameBytes} are expected, and {bytes.Remaining} remain");
        }

        return Decode(bytes.Take(length, "a name"), start);
    }

    private string Decode(ReadOnlySpan<byte> text, long offset)
    {
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Error(ImatrixErrorCodes.NameUtf8, offset, "a name is not valid UTF-8");
        }
    }

    private void ReadTrailer(ByteReader bytes)
    {
        _ = ReadInt32(bytes, "the number of calls");
        long start = bytes.Position;
        int length = ReadInt32(bytes, "the length of the data set's name");
        if (length < 0 || length != bytes.Remaining || length > ByteReader.WindowSize)
        {
            throw Error(ImatrixErrorCodes.Trailer, start, $"the name of the data set has {length} bytes, and {bytes.Remaining} remain");
        }

        if (length > 0)
        {
            _datasets.Add(Decode(bytes.Take(length, "the name of the data set"), start));
        }
    }
}
