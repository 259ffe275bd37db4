using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>Writes the headers of SafeTensors files. The tensors' bytes follow the header, one after the other in the order of the header.</summary>
public static class SafeTensorsWriter
{
    /// <summary>Longest header that the reference reader accepts.</summary>
    private const int MaxHeaderBytes = 100_000_000;

    // The data begins at a multiple of this, as behind the reference writer's headers.
    private const int Alignment = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// The first bytes of a file that holds the given tensors: the length of the JSON, the JSON, spaces up to a multiple of 8. The order of
    /// the tensors is the caller's; the reference writer puts them in descending order of
    /// <see cref="SafeTensorsDtypes.AlignmentRank"/>, then by name.
    /// </summary>
    /// <param name="tensors">Name, dtype and shape of each tensor.</param>
    /// <param name="metadata">The entries of <c>__metadata__</c>; none where null or empty.</param>
    /// <exception cref="ArgumentException">
    /// A name stands twice, is <c>__metadata__</c> or is no valid text; SafeTensors has no such dtype; the values of a tensor fill no whole
    /// bytes; the header exceeds 100,000,000 bytes.
    /// </exception>
    public static byte[] WriteHeader(
        IEnumerable<(string Name, TensorDtype Dtype, TensorShape Shape)> tensors, IEnumerable<KeyValuePair<string, string>>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArrayBufferWriter<byte> buffer = new();
        buffer.GetSpan(SafeTensorsHeaderReader.LengthSize)[..SafeTensorsHeaderReader.LengthSize].Clear();
        buffer.Advance(SafeTensorsHeaderReader.LengthSize);

        // Duplicates are refused below, so the writer's own checks are not needed; names stay readable where JSON allows it.
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
        using (Utf8JsonWriter json = new(buffer, options))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata ?? []);
            WriteTensors(json, tensors);
            json.WriteEndObject();
        }

        int padding = (Alignment - (buffer.WrittenCount % Alignment)) % Alignment;
        buffer.GetSpan(Alignment)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        int length = buffer.WrittenCount - SafeTensorsHeaderReader.LengthSize;
        if (length > MaxHeaderBytes)
        {
            throw new ArgumentException($"The header would have {length} bytes, SafeTensors allows {MaxHeaderBytes}.", nameof(tensors));
        }

        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, length);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        HashSet<string> keys = new(StringComparer.Ordinal);
        foreach ((string key, string value) in metadata)
        {
            if (keys.Count == 0)
            {
                json.WriteStartObject(SafeTensorsHeaderReader.MetadataKey);
            }

            json.WriteString(Checked(keys, key, nameof(metadata)), CheckedText(value, nameof(metadata)));
        }

        if (keys.Count > 0)
        {
            json.WriteEndObject();
        }
    }

    private static void WriteTensors(Utf8JsonWriter json, IEnumerable<(string Name, TensorDtype Dtype, TensorShape Shape)> tensors)
    {
        HashSet<string> names = new([SafeTensorsHeaderReader.MetadataKey], StringComparer.Ordinal);
        long offset = 0;
        foreach ((string name, TensorDtype dtype, TensorShape shape) in tensors)
        {
            if (!SafeTensorsDtypes.Contains(dtype))
            {
                throw new ArgumentException($"SafeTensors has no dtype {dtype}, which {ErrorText.Quote(name)} has.", nameof(tensors));
            }

            if (!dtype.TryGetByteCount(shape.ElementCount, out long size) || size > long.MaxValue - offset)
            {
                throw new ArgumentException(
                    $"{ErrorText.Quote(name)}, {dtype} {shape}, fills no whole bytes or more than a file can hold.", nameof(tensors));
            }

            json.WriteStartObject(Checked(names, name, nameof(tensors)));
            json.WriteString("dtype"u8, dtype.ToString());
            json.WriteStartArray("shape"u8);
            foreach (long dimension in shape.Dimensions)
            {
                json.WriteNumberValue(dimension);
            }

            json.WriteEndArray();
            json.WriteStartArray("data_offsets"u8);
            json.WriteNumberValue(offset);
            json.WriteNumberValue(offset += size);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    private static string Checked(HashSet<string> keys, string key, string parameter) =>
        keys.Add(CheckedText(key, parameter))
            ? key
            : throw new ArgumentException($"The name {ErrorText.Quote(key)} stands twice or is reserved.", parameter);

    // The writer would put U+FFFD for half of a surrogate pair, and two names could become one.
    private static string CheckedText(string text, string parameter)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"{ErrorText.Quote(text)} holds half of a surrogate pair.", parameter, error);
        }
    }
}
