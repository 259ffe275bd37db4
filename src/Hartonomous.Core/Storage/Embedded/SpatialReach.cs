using System.Text;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Which sketches of a catalog a tenant and a filter allow to be found.</summary>
/// <param name="IsAllowed">By ordinal.</param>
/// <param name="Count">How many are.</param>
/// <param name="Pending">Contents that would be allowed and have no sketch.</param>
internal sealed record SpatialReach(bool[] IsAllowed, int Count, long Pending)
{
    /// <summary>Encodings without a decoder: their tensors never get sketches.</summary>
    internal static readonly string Undecodable = string.Join(
        ", ", Enum.GetValues<TensorDtype>().Where(dtype => !TensorDecoder.CanDecode(dtype)).Select(dtype => $"'{dtype}'"));

    /// <summary>The condition of a filter on TensorAtoms t and Models m; names and numbers in it come from enumerations and keys.</summary>
    public static string Condition(TenantScope scope, SpatialFilter filter)
    {
        StringBuilder sql = new("true");
        if (scope.TenantId is { } tenant)
        {
            sql.Append(System.Globalization.CultureInfo.InvariantCulture, $" AND m.TenantId = {tenant}");
        }

        if (filter.ModelIds is { } models)
        {
            sql.Append($" AND t.ModelId IN ({string.Join(", ", models)})");
        }

        if (filter.LayerTypes is { } layers)
        {
            sql.Append($" AND t.LayerType IN ({string.Join(", ", layers.Select(layer => $"'{layer}'"))})");
        }

        if (filter.Shape is { } shape)
        {
            sql.Append($" AND t.Shape = '{shape}'");
        }

        return sql.ToString();
    }

    /// <summary>Asks the database.</summary>
    public static SpatialReach Find(SqliteConnection connection, SpatialCatalog catalog, TenantScope scope, SpatialFilter filter)
    {
        using SqliteStatement statement = new(
            connection,
            $"""
            SELECT t.AtomId, max(t.Dtype IN ({Undecodable})) FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId
            WHERE {Condition(scope, filter)} GROUP BY t.AtomId ORDER BY t.AtomId
            """);
        bool[] allowed = new bool[catalog.AtomIds.Length];
        int count = 0;
        long pending = 0;
        int at = 0;
        while (statement.Step())
        {
            long atom = raw.sqlite3_column_int64(statement.Handle, 0);
            while (at < catalog.ByAtom.Length && catalog.AtomIds[catalog.ByAtom[at]] < atom)
            {
                at++;
            }

            int before = at;
            for (; at < catalog.ByAtom.Length && catalog.AtomIds[catalog.ByAtom[at]] == atom; at++)
            {
                allowed[catalog.ByAtom[at]] = true;
                count++;
            }

            if (at == before && raw.sqlite3_column_int64(statement.Handle, 1) == 0)
            {
                pending++;
            }
        }

        return new SpatialReach(allowed, count, pending);
    }
}
