using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>
/// Writes a stored model with its values in another encoding: as SafeTensors, or as GGUF. The file is written under another name beside its
/// place and takes its own only when it is whole: a conversion that fails leaves nothing behind.
/// </summary>
public sealed class ModelConverter(IModelStore store)
{
    private const int CopyBytes = 1 << 20;

    /// <summary>The encodings that a model can be converted to.</summary>
    public static IReadOnlyList<TensorDtype> Dtypes { get; } =
        [TensorDtype.F32, TensorDtype.F16, TensorDtype.BF16, TensorDtype.Q8_0, TensorDtype.Q4_0];

    /// <summary>Converts a model.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="dtype">The encoding that its weights get.</param>
    /// <param name="output">
    /// The file to write; one that ends in <c>.gguf</c> or <c>.safetensors</c> becomes that, any other GGUF where the encoding is a quantized
    /// one, SafeTensors else. Or a folder that is there, to write it into under the model's name.
    /// </param>
    /// <param name="overwrite">Whether a file that is there is replaced.</param>
    /// <param name="progress">Told how far it is, in bytes of the stored tensors.</param>
    /// <param name="cancellation">Ends the conversion.</param>
    /// <exception cref="StoreException">
    /// There is no such model; it is pruned, or has tensors put together from factors (<c>EXPORT_PRUNED</c>, <c>EXPORT_RECONSTRUCTED</c>); it
    /// cannot be written like that (the codes of <see cref="ConversionErrorCodes"/>); a file is in the way (<c>OUTPUT_EXISTS</c>); what is
    /// stored is damaged.
    /// </exception>
    /// <exception cref="ModelFormatException">A tensor cannot be decoded.</exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public ConversionResult Convert(
        string name,
        TensorDtype dtype,
        string output,
        bool overwrite = false,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        StoredModel model = store.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        if (!Dtypes.Contains(dtype))
        {
            throw new StoreException(ConversionErrorCodes.Dtype, dtype.ToString(), $"models are converted to {string.Join(", ", Dtypes)}");
        }

        ReconstructedTensors.Find(store, model, null, isAllowed: false);
        if (store is IPruningStore pruning && pruning.ListPruned(model.ModelId) is { Count: > 0 } pruned)
        {
            throw new StoreException(
                PruneErrorCodes.Export,
                name,
                $"{pruned.Count} of its {model.Tensors} tensors were pruned; export it with zeros or without them, and convert what that gives");
        }

        (string path, ModelFormat format) = Place(model, dtype, Path.GetFullPath(output));
        ModelTensors tensors = ModelTensors.Of(store, model);
        IReadOnlyList<(TensorInfo Tensor, TensorDtype Dtype)> plan = ConversionPlan.Make(tensors, dtype, format);
        ConvertedHeader header = ConvertedHeader.Make(store, model, dtype, format, plan, cancellation);
        if (Directory.Exists(path) || (File.Exists(path) && !overwrite))
        {
            throw new StoreException(
                StoreErrorCodes.OutputExists, path, "there is a file or folder of this name; name another place, or overwrite the file");
        }

        Stopwatch clock = Stopwatch.StartNew();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():N}.hart-partial");
        ExportedFile file;
        try
        {
            using (SafeFileHandle handle = File.OpenHandle(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file = Write(handle, path, tensors, header, plan, progress, cancellation);
            }

            File.Move(partial, path, overwrite);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        return new ConversionResult(
            model.Name, dtype, file, format, [.. plan.Select(entry => (entry.Tensor.Name, entry.Tensor.Dtype, entry.Dtype))], clock.Elapsed.TotalSeconds);
    }

    private static (string Path, ModelFormat Format) Place(StoredModel model, TensorDtype dtype, string output)
    {
        bool isQuantized = dtype.Layout().Elements > 1;
        if (Directory.Exists(output))
        {
            string name = string.Concat(model.Name.Select(c => Path.GetInvalidFileNameChars().Contains(c) ? '_' : c));
            return isQuantized
                ? (Path.Combine(output, name + ".gguf"), ModelFormat.Gguf)
                : (Path.Combine(output, name + ".safetensors"), ModelFormat.SafeTensors);
        }

        return Path.GetExtension(output).ToUpperInvariant() switch
        {
            ".GGUF" => (output, ModelFormat.Gguf),
            ".SAFETENSORS" when isQuantized => throw new StoreException(
                ConversionErrorCodes.FileKind, output, $"SafeTensors has no {dtype}; name a file that ends in .gguf, or convert to F32, F16 or BF16"),
            ".SAFETENSORS" => (output, ModelFormat.SafeTensors),
            _ => (output, isQuantized ? ModelFormat.Gguf : ModelFormat.SafeTensors),
        };
    }

    private static ExportedFile Write(
        SafeFileHandle handle,
        string path,
        ModelTensors model,
        ConvertedHeader header,
        IReadOnlyList<(TensorInfo Tensor, TensorDtype Dtype)> plan,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellation)
    {
        using SequentialWriter writer = new(handle);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long done = 0;
        long total = plan.Sum(entry => entry.Tensor.SizeBytes);
        Append(header.Bytes);
        foreach ((TensorInfo tensor, TensorDtype dtype) in plan)
        {
            using ByteSource content = model.Open(tensor);
            foreach ((byte[] buffer, int count) in Encode(model, tensor, dtype, content, Advance, cancellation))
            {
                Append(buffer.AsSpan(0, count));
                ArrayPool<byte>.Shared.Return(buffer);
            }

            Append(new byte[(header.Alignment - (writer.Position % header.Alignment)) % header.Alignment]);
            void Advance(long bytes) => progress?.Report(new OperationProgress(tensor.Name, done += bytes, total));
        }

        writer.Complete();
        return new ExportedFile(path, writer.Position, new ContentHash(hash.GetHashAndReset()));

        void Append(ReadOnlySpan<byte> bytes)
        {
            writer.Write(bytes);
            hash.AppendData(bytes);
        }
    }

    /// <summary>The bytes of a tensor in an encoding; in its own, as they are.</summary>
    private static IEnumerable<(byte[] Buffer, int Count)> Encode(
        ModelTensors model, TensorInfo tensor, TensorDtype dtype, ByteSource content, Action<long> advance, CancellationToken cancellation) =>
        tensor.Dtype == dtype
            ? Copy(content, advance, cancellation)
            : ValueChunks.Select(
                TensorReading.Values(model, tensor, content, ComplexPart.Magnitude),
                content,
                0,
                tensor.Shape.ElementCount,
                (start, values) => Encode(model, tensor, dtype, start, values),
                advance,
                cancellation);

    private static IEnumerable<(byte[] Buffer, int Count)> Copy(ByteSource content, Action<long> advance, CancellationToken cancellation)
    {
        for (long offset = 0; offset < content.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(CopyBytes, content.Length - offset);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(count);
            content.ReadExactly(offset, buffer.AsSpan(0, count));
            offset += count;
            advance(count);
            yield return (buffer, count);
        }
    }

    private static (byte[] Buffer, int Count) Encode(
        ModelTensors model, TensorInfo tensor, TensorDtype dtype, long start, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!CanHold(dtype, values[i]))
            {
                throw new StoreException(
                    ConversionErrorCodes.Value,
                    model.DisplayName,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the value {start + i} of the tensor {ErrorText.Quote(tensor.Name)} is {values[i]:R}, which {dtype} cannot hold"));
            }
        }

        dtype.TryGetPackedByteCount(values.Length, out long count);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)count);
        TensorEncoder.Encode(dtype, values, buffer.AsSpan(0, (int)count));
        return (buffer, (int)count);
    }

    /// <summary>
    /// Whether a value can be stored: a finite one stays finite, and blocks, which have a binary16 for a scale (the largest magnitude over 127
    /// or over 8), hold nothing but finite ones.
    /// </summary>
    private static bool CanHold(TensorDtype dtype, float value) => dtype switch
    {
        TensorDtype.F16 => !float.IsFinite(value) || Math.Abs(value) < 65520,
        TensorDtype.BF16 => !float.IsFinite(value) || Math.Abs(value) < BitConverter.UInt32BitsToSingle(0x7F7F8000),
        TensorDtype.Q8_0 => Math.Abs(value) <= 65504f * 127,
        TensorDtype.Q4_0 => Math.Abs(value) <= 65504f * 8,
        _ => true,
    };
}
