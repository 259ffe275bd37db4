using System.Data;
using System.Globalization;
using Dapper;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>How Dapper reads and writes this project's types in SQLite, and reads them from SQL Server: its handlers are the process's.</summary>
internal static class SqliteTypeHandlers
{
    public static void Register()
    {
        SqlMapper.AddTypeHandler(new HashHandler());
        SqlMapper.AddTypeHandler(new TimeHandler());
        SqlMapper.RemoveTypeMap(typeof(DateTime));
    }

    private sealed class HashHandler : SqlMapper.TypeHandler<ContentHash>
    {
        public override ContentHash Parse(object value) => new((byte[])value);

        public override void SetValue(IDbDataParameter parameter, ContentHash value) => parameter.Value = value.ToArray();
    }

    private sealed class TimeHandler : SqlMapper.TypeHandler<DateTime>
    {
        // SQLite keeps times as text, SQL Server as datetime2 in UTC.
        public override DateTime Parse(object value) => value is DateTime time
            ? DateTime.SpecifyKind(time, DateTimeKind.Utc)
            : DateTime.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);

        public override void SetValue(IDbDataParameter parameter, DateTime value) =>
            parameter.Value = value.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
    }
}
