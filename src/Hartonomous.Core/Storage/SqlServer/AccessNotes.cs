using System.Data;
using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Models;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Writes when contents were used. Tried once, and not for long: notes may be lost.</summary>
internal static class AccessNotes
{
    private const int Seconds = 15;

    /// <summary>Writes notes.</summary>
    public static void Write(SqlServerDatabase database, IReadOnlyList<(ContentHash Hash, DateTime At)> notes)
    {
        HashList hashes = new();
        foreach ((ContentHash hash, DateTime _) in notes)
        {
            hashes.PlaceOf(hash);
        }

        using SqlConnection connection = database.Connect(null);
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_NoteAccess";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = Seconds;
        ChunkMessage.AddBinary(command, "@Hashes", hashes.ToArray());
        command.Parameters.Add("@Times", SqlDbType.NVarChar, -1).Value = JsonSerializer.Serialize(
            notes.Select(note => note.At.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture)));
        command.ExecuteNonQuery();
    }
}
