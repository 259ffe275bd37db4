using System.Globalization;
using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Where a tensor's data lie outside the model: the entries of <c>external_data</c>. Known keys are <c>location</c>, <c>offset</c>,
/// <c>length</c>, <c>checksum</c> and <c>basepath</c>; the last two are not used, others are ignored with a warning.
/// </summary>
internal sealed class OnnxExternalData
{
    private const int MaxKeyBytes = 64;
    private const int MaxNumberBytes = 32;

    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Path of the file relative to the model's, or null where no entry gave it.</summary>
    public string? Location { get; private set; }

    /// <summary>Where the data begin in the file.</summary>
    public long Offset { get; private set; }

    /// <summary>Their length in bytes, or null where no entry gave it.</summary>
    public long? Length { get; private set; }

    /// <summary>Reads the entry that the reader is in.</summary>
    /// <returns>The key where it is not one of the known ones, else null.</returns>
    /// <exception cref="ModelFormatException">The key was there before, or the value is not as it should be.</exception>
    public string? ReadEntry(ProtobufReader reader, ReadLimits limits)
    {
        long start = reader.Position;
        ProtobufRange key = default;
        ProtobufRange value = default;
        while (reader.Next())
        {
            if (reader.Field == OnnxFields.Entry.Key)
            {
                key = reader.GetRange();
            }
            else if (reader.Field == OnnxFields.Entry.Value)
            {
                value = reader.GetRange();
            }
        }

        string name = key.Length > MaxKeyBytes ? reader.ReadTextStart(key, MaxKeyBytes) : reader.ReadText(key, MaxKeyBytes);
        if (name is not ("location" or "offset" or "length" or "checksum" or "basepath"))
        {
            return name;
        }

        if (!_keys.Add(name))
        {
            throw reader.Error(OnnxErrorCodes.ExternalKey, start, $"the key {ErrorText.Quote(name)} of external data is there twice");
        }

        switch (name)
        {
            case "location":
                Location = ReadLocation(reader, value, limits);
                break;
            case "offset":
                Offset = ReadNumber(reader, value, name);
                break;
            case "length":
                Length = ReadNumber(reader, value, name);
                break;
        }

        return null;
    }

    private static string ReadLocation(ProtobufReader reader, ProtobufRange value, ReadLimits limits)
    {
        string location = reader.ReadText(value, limits.OnnxNameBytes);
        if (location.Length == 0)
        {
            throw reader.Error(OnnxErrorCodes.ExternalLocation, value.Offset, "external data have an empty location");
        }

        // Some writers begin with "./"; anything else that a path could be made longer with is refused.
        string plain = location.StartsWith("./", StringComparison.Ordinal) ? location[2..] : location;
        return ContainedPath.IsPlain(plain)
            ? plain
            : throw reader.Error(
                OnnxErrorCodes.ExternalPath,
                value.Offset,
                $"the path {ErrorText.Quote(location)} of external data is no plain path inside the model's folder");
    }

    private static long ReadNumber(ProtobufReader reader, ProtobufRange value, string key)
    {
        string text = reader.ReadTextStart(value, MaxNumberBytes);
        return value.Length <= MaxNumberBytes && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw reader.Error(
                OnnxErrorCodes.ExternalNumber,
                value.Offset,
                $"the {key} of external data is {ErrorText.Quote(text)}, a whole number from 0 to 2^63 - 1 is expected");
    }
}
