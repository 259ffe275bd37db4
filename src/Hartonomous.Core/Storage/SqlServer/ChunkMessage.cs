using System.Data;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hartonomous.Core.Models;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>What a commit sends to <c>sp_AtomizeModel_Governed</c>; the procedures say what the parts are.</summary>
internal sealed class ChunkMessage
{
    private readonly HashList _hashes = new();
    private readonly TextList _texts = new();
    private readonly string _tensors;
    private readonly string _blocks;
    private string? _model;
    private string? _metadata;
    private string? _files;
    private string? _segments;
    private string? _rows;
    private string? _pruned;
    private byte[]? _literals;

    /// <summary>The tensors of a chunk.</summary>
    public ChunkMessage(IReadOnlyList<(int Number, IngestedTensor Tensor)> tensors)
    {
        _tensors = Rows(tensors, (json, entry) =>
        {
            json.WriteNumberValue(entry.Number);
            json.WriteNumberValue(_hashes.PlaceOf(entry.Tensor.Hash));
            json.WriteNumberValue(entry.Tensor.SizeBytes);
            json.WriteNumberValue(entry.Tensor.Blocks.Count);
        });
        _blocks = Rows(tensors.SelectMany(entry => entry.Tensor.Blocks.Select(block => (entry.Number, block))), (json, entry) =>
        {
            json.WriteNumberValue(entry.Number);
            json.WriteNumberValue(entry.block.Ordinal);
            json.WriteNumberValue(_hashes.PlaceOf(entry.block.Block));
            json.WriteNumberValue(entry.block.ByteOffset);
            json.WriteNumberValue(entry.block.X);
            json.WriteNumberValue(entry.block.Y);
            json.WriteNumberValue(entry.block.Z);
        });
    }

    /// <summary>Adds the model that the chunk completes.</summary>
    public void SetModel(IngestedModel model)
    {
        _metadata = SqlText.Encode(model.MetadataJson);
        _model = Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("name", _texts.PlaceOf(model.Name));
            json.WriteString("format", model.Metadata.Format.ToString());
            if (model.Metadata.Variant is { } variant)
            {
                json.WriteNumber("variant", _texts.PlaceOf(variant));
            }

            if (model.Metadata.Architecture is { } architecture)
            {
                json.WriteNumber("architecture", _texts.PlaceOf(architecture));
            }

            json.WriteNumber("parameterCount", model.Metadata.ParameterCount);
            json.WriteNumber("tensorCount", model.Metadata.Tensors.Count);
            json.WriteNumber("sizeBytes", model.Files.Sum(file => file.SizeBytes));
            json.WriteNumber("isFolder", model.IsFolder ? 1 : 0);
            json.WriteNumber("sourcePath", _texts.PlaceOf(model.SourcePath));
            if (model.Replaces is { } replaced)
            {
                json.WriteNumber("replaces", replaced);
            }

            json.WriteEndObject();
        });
        _files = Rows(model.Files.Index(), (json, entry) =>
        {
            json.WriteNumberValue(entry.Index);
            json.WriteNumberValue(_texts.PlaceOf(entry.Item.Path));
            json.WriteNumberValue(entry.Item.SizeBytes);
            json.WriteNumberValue(_hashes.PlaceOf(entry.Item.Sha256));
            json.WriteNumberValue(_hashes.PlaceOf(entry.Item.Fingerprint));
            json.WriteNumberValue(entry.Item.Segments is null ? 0 : 1);
        });
        using MemoryStream literals = new();
        _segments = Rows(
            model.Files.Index().SelectMany(file => (file.Item.Segments ?? []).Index().Select(segment => (File: file.Index, segment.Index, segment.Item))),
            (json, entry) => WriteSegment(json, entry.File, entry.Index, entry.Item, literals));
        _literals = literals.ToArray();
        _rows = Rows(model.Metadata.Tensors.Index(), (json, entry) => WriteTensor(json, entry.Index, entry.Item));
        _pruned = Rows(
            model.Pruned.SelectMany(pruned => model.Metadata.Tensors.Index().Where(tensor => tensor.Item.Name == pruned.Name)
                .Select(tensor => (tensor.Index, Pruned: pruned))),
            (json, entry) =>
            {
                json.WriteNumberValue(entry.Index);
                json.WriteNumberValue(_hashes.PlaceOf(entry.Pruned.Sha256));
                json.WriteNumberValue(_texts.PlaceOf(entry.Pruned.Policy));
                json.WriteStringValue(entry.Pruned.PrunedAtUtc.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture));
            });
    }

    /// <summary>Sets the parameters of the procedure that are the chunk's.</summary>
    public void AddTo(SqlCommand command)
    {
        AddText(command, "@Tensors", _tensors);
        AddText(command, "@Blocks", _blocks);
        AddModelTo(command);
    }

    /// <summary>Sets the parameters that are the model's.</summary>
    public void AddModelTo(SqlCommand command)
    {
        AddBinary(command, "@Hashes", _hashes.ToArray());
        AddText(command, "@Texts", _model is null ? null : _texts.ToString());
        AddText(command, "@Model", _model);
        AddText(command, "@Metadata", _metadata);
        AddText(command, "@Files", _files);
        AddText(command, "@Segments", _segments);
        AddBinary(command, "@Literals", _literals);
        AddText(command, "@Rows", _rows);
        AddText(command, "@Pruned", _pruned);
    }

    /// <summary>Adds a binary parameter of any length.</summary>
    public static void AddBinary(SqlCommand command, string name, byte[]? value) =>
        command.Parameters.Add(name, SqlDbType.VarBinary, -1).Value = (object?)value ?? DBNull.Value;

    private static void AddText(SqlCommand command, string name, string? value) =>
        command.Parameters.Add(name, SqlDbType.NVarChar, -1).Value = (object?)value ?? DBNull.Value;

    private void WriteSegment(Utf8JsonWriter json, int file, int ordinal, RecipeSegment segment, MemoryStream literals)
    {
        json.WriteNumberValue(file);
        json.WriteNumberValue(ordinal);
        json.WriteNumberValue(segment.FileOffset);
        json.WriteNumberValue(segment.Length);
        if (segment.Atom is { } atom)
        {
            json.WriteNumberValue(_hashes.PlaceOf(atom));
            json.WriteStringValue(segment.TurnedDtype?.ToString());
            json.WriteNullValue();
            return;
        }

        json.WriteNullValue();
        json.WriteNullValue();
        json.WriteNumberValue(literals.Length);
        literals.Write(segment.Literal);
    }

    private void WriteTensor(Utf8JsonWriter json, int ordinal, TensorInfo tensor)
    {
        json.WriteNumberValue(ordinal);
        json.WriteNumberValue(_texts.PlaceOf(tensor.Name));
        json.WriteNumberValue(_hashes.PlaceOf(tensor.Sha256!.Value));
        json.WriteStringValue(tensor.Dtype.ToString());
        json.WriteStringValue(tensor.Shape.ToString());
        json.WriteNumberValue(tensor.SizeBytes);
        json.WriteNumberValue(_texts.PlaceOf(tensor.File));
        json.WriteNumberValue(tensor.Offset);
        json.WriteNumberValue(tensor.IsContiguous ? 1 : 0);
        json.WriteNumberValue(tensor.ByteOrder == ByteOrder.Big ? 1 : 0);
        json.WriteStringValue(tensor.LayerType.ToString());
        if (tensor.LayerIndex is { } index)
        {
            json.WriteNumberValue(index);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStringValue(tensor.Component?.ToString());
    }

    private static string Rows<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write) => Write(json =>
    {
        json.WriteStartArray();
        foreach (T item in items)
        {
            json.WriteStartArray();
            write(json, item);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
