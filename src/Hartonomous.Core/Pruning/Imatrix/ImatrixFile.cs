using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Pruning.Imatrix;

/// <summary>
/// An importance matrix of llama.cpp: for each tensor that is multiplied with activations the sums of the squares of its input columns,
/// over the tokens of a calibration text. Both forms are read: GGUF, and the older <c>.dat</c>. The layouts are those that
/// <c>save_imatrix</c> and <c>save_imatrix_legacy</c> in llama.cpp's <c>tools/imatrix/imatrix.cpp</c> write; see this folder's README.
/// </summary>
public abstract class ImatrixFile : IDisposable
{
    private protected ImatrixFile(ByteSource source) => Source = source;

    /// <summary>The entries by the names of their tensors.</summary>
    public abstract IReadOnlyDictionary<string, ImatrixEntry> Entries { get; }

    /// <summary>The calibration texts that the file names.</summary>
    public abstract IReadOnlyList<string> Datasets { get; }

    /// <summary>The file.</summary>
    private protected ByteSource Source { get; }

    /// <summary>Opens a file of either form, told apart by its first bytes, and reads all but the values.</summary>
    /// <exception cref="ModelFormatException">
    /// The file is not as its form says; the codes are in <see cref="ImatrixErrorCodes"/>, for the container of the GGUF form in
    /// <see cref="Formats.Gguf.GgufErrorCodes"/>.
    /// </exception>
    public static ImatrixFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Open(FileByteSource.Open(Path.GetFullPath(path)));
    }

    /// <summary>As <see cref="Open(string)"/>, of bytes that the result takes over.</summary>
    internal static ImatrixFile Open(ByteSource source)
    {
        try
        {
            byte[] magic = new byte[(int)Math.Min(4, source.Length)];
            source.ReadExactly(0, magic);
            return magic.AsSpan().SequenceEqual("GGUF"u8) || magic.AsSpan().SequenceEqual("FUGG"u8)
                ? new GgufImatrix(source)
                : new LegacyImatrix(source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The mean squares of a tensor's input columns over the tokens they were gathered from, matrix after matrix. Columns of an expert that
    /// no token reached are 1, as in llama.cpp.
    /// </summary>
    /// <exception cref="ModelFormatException">A value is negative or not finite (<c>IMATRIX_VALUE</c>).</exception>
    public abstract double[] ReadMeanSquares(ImatrixEntry entry);

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes an error of this file.</summary>
    private protected ModelFormatException Error(string code, long? offset, string problem) => new(code, Source.Name, offset, problem);

    /// <summary>Refuses a value that no sum of squares and no count can be.</summary>
    private protected float Checked(float value, string name, string what) => float.IsFinite(value) && value >= 0
        ? value
        : throw Error(ImatrixErrorCodes.Value, null, $"{what} of {ErrorText.Quote(name)} is {value}, a finite number of at least 0 is expected");
}
