using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hartonomous.Cli.Output;

/// <summary>Writes a JSON document whole or not at all, so that an error on the way cannot leave half of one on standard output.</summary>
internal static class JsonDocumentWriter
{
    /// <summary>Writes a document and the end of its line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="isIndented">Whether a person reads it.</param>
    /// <param name="write">Writes one value.</param>
    public static void Write(TextWriter output, bool isIndented, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = isIndented };
        using (Utf8JsonWriter writer = new(buffer, options))
        {
            write(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
