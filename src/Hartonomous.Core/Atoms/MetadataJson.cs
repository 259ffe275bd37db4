using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// Metadata as JSON: scalars as they are, arrays as arrays, an array that was cut as
/// <c>{"type": "STRING", "count": 32000, "first": [...]}</c>. Numbers that JSON lacks are the strings <c>NaN</c>, <c>Infinity</c>,
/// <c>-Infinity</c>.
/// </summary>
public static class MetadataJson
{
    /// <summary>How this project writes JSON: without escapes that only HTML needs.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One JSON object.</summary>
    public static string Write(IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, Options))
        {
            Write(writer, metadata);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, MetadataValue> metadata)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(metadata);
        writer.WriteStartObject();
        foreach ((string key, MetadataValue value) in metadata)
        {
            writer.WritePropertyName(key);
            WriteValue(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, MetadataValue value)
    {
        if (value.Items is null)
        {
            WriteScalar(writer, value.Scalar!);
        }
        else if (value.IsComplete)
        {
            WriteItems(writer, value.Items);
        }
        else
        {
            writer.WriteStartObject();
            writer.WriteString("type", value.Type);
            writer.WriteNumber("count", value.Count);
            writer.WritePropertyName("first");
            WriteItems(writer, value.Items);
            writer.WriteEndObject();
        }
    }

    private static void WriteItems(Utf8JsonWriter writer, IReadOnlyList<object> items)
    {
        writer.WriteStartArray();
        foreach (object item in items)
        {
            WriteScalar(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void WriteScalar(Utf8JsonWriter writer, object scalar)
    {
        switch (scalar)
        {
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case float number when float.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case float or double:
                double special = Convert.ToDouble(scalar, System.Globalization.CultureInfo.InvariantCulture);
                writer.WriteStringValue(double.IsNaN(special) ? "NaN" : special > 0 ? "Infinity" : "-Infinity");
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            default:
                throw new ArgumentException($"Metadata of type {scalar.GetType()} is not known.", nameof(scalar));
        }
    }
}
