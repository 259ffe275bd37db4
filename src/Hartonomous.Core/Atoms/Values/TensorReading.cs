using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Values;

/// <summary>Reads the values of a model's tensors into memory.</summary>
public static class TensorReading
{
    /// <summary>A range of a tensor's values as float32, row-major.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tensor">One of its tensors.</param>
    /// <param name="range">Which values; all where null.</param>
    /// <param name="part">What complex numbers become.</param>
    /// <param name="advance">Told the bytes read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelFormatException">The tensor cannot be decoded, or its file is not as its format says.</exception>
    /// <exception cref="StoreException">
    /// The values fit no array or not into memory (<c>VALUES_TOO_MANY</c>); what is stored is damaged.
    /// </exception>
    public static float[] Read(
        ModelTensors model,
        TensorInfo tensor,
        ValueRange? range = null,
        ComplexPart part = ComplexPart.Magnitude,
        Action<long>? advance = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tensor);
        (long start, long length) = (range ?? default).Resolve(tensor.Shape.ElementCount);
        using ByteSource content = model.Open(tensor);
        TensorValues values = Values(model, tensor, content, part);
        float[] result = Allocate(tensor, length);
        foreach (int _ in ValueChunks.Select(values, content, start, length, Place, advance ?? (_ => { }), cancellation))
        {
            // The chunks have found their places by themselves.
        }

        return result;

        int Place(long at, ReadOnlySpan<float> chunk)
        {
            chunk.CopyTo(result.AsSpan((int)(at - start)));
            return chunk.Length;
        }
    }

    /// <summary>The decoder of a tensor's content.</summary>
    internal static TensorValues Values(ModelTensors model, TensorInfo tensor, ByteSource content, ComplexPart part)
    {
        RequireDecodable(model, tensor);
        return new TensorValues(content, tensor.Dtype, tensor.Shape, part);
    }

    /// <summary>Refuses a tensor whose encoding has no decoder.</summary>
    internal static void RequireDecodable(ModelTensors model, TensorInfo tensor)
    {
        if (!TensorDecoder.CanDecode(tensor.Dtype))
        {
            throw new ModelFormatException(
                DecodeErrorCodes.Unsupported,
                model.DisplayName,
                null,
                $"the tensor {ErrorText.Quote(tensor.Name)} is stored as {tensor.Dtype}, which cannot be decoded");
        }
    }

    private static float[] Allocate(TensorInfo tensor, long length)
    {
        try
        {
            if (length <= Array.MaxLength)
            {
                return new float[length];
            }
        }
        catch (OutOfMemoryException)
        {
            // Said below, as for a tensor that no array holds.
        }

        throw new StoreException(
            ValueErrorCodes.TooMany,
            tensor.Name,
            $"{length} values of {sizeof(float)} bytes fit no array or not into memory; read a part of them, or write them to a file");
    }
}
