using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Npy;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>
/// Writes the values of tensors as float32 to a file, in bounded memory. The file is written under another name beside its place and takes
/// its own only when it is whole: an export that fails leaves nothing behind.
/// </summary>
public sealed class ValueExporter(ModelTensors model)
{
    /// <summary>The kind of file that a path's extension stands for, or null.</summary>
    public static ValueFileKind? KindOf(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SAFETENSORS" => ValueFileKind.SafeTensors,
        ".NPY" => ValueFileKind.Npy,
        _ => null,
    };

    /// <summary>Writes tensors of the model.</summary>
    /// <param name="tensors">The tensors, in the order the file is to have them.</param>
    /// <param name="output">The file to write; its extension, <c>.safetensors</c> or <c>.npy</c>, says what it becomes.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Told how far it is, in bytes of the stored tensors.</param>
    /// <param name="cancellation">Ends the export.</param>
    /// <exception cref="ModelFormatException">A tensor cannot be decoded, or a file is not as its format says.</exception>
    /// <exception cref="StoreException">
    /// The extension is another (<c>VALUES_FILE_KIND</c>); an NPY file is asked to hold other than one tensor (<c>VALUES_SINGLE_TENSOR</c>);
    /// two tensors have one name, or a name that SafeTensors cannot hold (<c>VALUES_NAME</c>); a file is in the way (<c>OUTPUT_EXISTS</c>);
    /// what is stored is damaged.
    /// </exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public ValueExportResult Export(
        IReadOnlyList<TensorInfo> tensors,
        string output,
        ValueExportOptions? options = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ValueExportOptions how = options ?? new ValueExportOptions();
        string path = Path.GetFullPath(output);
        ValueFileKind kind = KindOf(path) ?? throw new StoreException(
            ValueErrorCodes.FileKind, path, "values are written to files that end in .safetensors or .npy");
        foreach (TensorInfo tensor in tensors)
        {
            TensorReading.RequireDecodable(model, tensor);
        }

        (TensorInfo Tensor, TensorShape Shape)[] contents = [.. tensors.Select(tensor => (tensor, ShapeOf(tensor, how.Range)))];
        byte[] header = kind == ValueFileKind.Npy ? NpyHeader(contents) : SafeTensorsHeader(contents);
        if (Directory.Exists(path) || (File.Exists(path) && !how.Overwrite))
        {
            throw new StoreException(
                StoreErrorCodes.OutputExists, path, "there is a file or folder of this name; name another place, or overwrite the file");
        }

        Stopwatch clock = Stopwatch.StartNew();
        long sizeBytes = checked(header.Length + contents.Sum(content => checked(content.Shape.ElementCount * sizeof(float))));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.hart-partial");
        try
        {
            using (FileStream stream = Create(partial, sizeBytes))
            {
                stream.Write(header);
                long done = 0;
                long total = contents.Sum(content => BytesRead(content.Tensor, content.Shape));
                foreach (TensorInfo tensor in tensors)
                {
                    Write(tensor, stream, how, bytes => progress?.Report(new OperationProgress(tensor.Name, done += bytes, total)), cancellation);
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, how.Overwrite);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        return new ValueExportResult(
            model.Name,
            path,
            kind,
            [.. contents.Select(content => (content.Tensor.Name, content.Tensor.Dtype, content.Shape))],
            sizeBytes,
            clock.Elapsed.TotalSeconds);
    }

    /// <summary>Space for the whole file is asked for first: a disk that is too full says so at once.</summary>
    private static FileStream Create(string path, long sizeBytes) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.None,
        BufferSize = 0,
        PreallocationSize = sizeBytes,
    });

    private static TensorShape ShapeOf(TensorInfo tensor, ValueRange? range) =>
        range is { } part ? new TensorShape(part.Resolve(tensor.Shape.ElementCount).Length) : tensor.Shape;

    /// <summary>About how many bytes are read of a tensor.</summary>
    private static long BytesRead(TensorInfo tensor, TensorShape shape) => tensor.Shape.ElementCount == 0
        ? 0
        : (long)((double)tensor.SizeBytes * shape.ElementCount / tensor.Shape.ElementCount);

    private byte[] NpyHeader((TensorInfo Tensor, TensorShape Shape)[] contents) => contents.Length == 1
        ? NpyWriter.WriteHeader(contents[0].Shape)
        : throw new StoreException(
            ValueErrorCodes.SingleTensor,
            model.DisplayName,
            $"an NPY file holds one array, and {contents.Length} tensors are chosen; choose one by its name, or write a .safetensors file");

    private byte[] SafeTensorsHeader((TensorInfo Tensor, TensorShape Shape)[] contents)
    {
        try
        {
            return SafeTensorsWriter.WriteHeader(contents.Select(content => (content.Tensor.Name, TensorDtype.F32, content.Shape)));
        }
        catch (ArgumentException error)
        {
            // Every shape and dtype has been checked: what remains is a name that stands twice, is reserved, or is no valid text.
            throw new StoreException(
                ValueErrorCodes.Name,
                model.DisplayName,
                "SafeTensors takes each name once, none of them '__metadata__', and a header of 100,000,000 bytes; choose tensors by their names",
                error);
        }
    }

    private void Write(TensorInfo tensor, FileStream stream, ValueExportOptions how, Action<long> advance, CancellationToken cancellation)
    {
        (long start, long length) = (how.Range ?? default).Resolve(tensor.Shape.ElementCount);
        using ByteSource content = model.Open(tensor);
        TensorValues values = TensorReading.Values(model, tensor, content, how.Part);
        foreach ((byte[] buffer, int count) in ValueChunks.Select(values, content, start, length, Copy, advance, cancellation))
        {
            stream.Write(buffer, 0, count);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (byte[] Buffer, int Count) Copy(long start, ReadOnlySpan<float> values)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        return (buffer, bytes.Length);
    }
}
