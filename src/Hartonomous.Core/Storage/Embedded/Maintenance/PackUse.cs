using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>A pack and how much of it is in use.</summary>
/// <param name="PackId">The pack.</param>
/// <param name="CommittedBytes">How much of the file counts.</param>
/// <param name="FileBytes">Length of the file; 0 where there is none.</param>
/// <param name="LiveBytes">Bytes of frames that the index leads to.</param>
internal readonly record struct PackUse(long PackId, long CommittedBytes, long FileBytes, long LiveBytes)
{
    /// <summary>Bytes that a copy of the frames in use would not have. What lies beyond the committed end is left to the pack's writers.</summary>
    public long Waste => Math.Max(0, Math.Min(CommittedBytes, FileBytes) - LiveBytes);

    /// <summary>All packs.</summary>
    /// <param name="connection">A connection.</param>
    /// <param name="packs">The folder.</param>
    /// <param name="withoutUnused">Whether atoms that nothing refers to count as deleted already.</param>
    public static List<PackUse> ListAll(SqliteConnection connection, PackFolder packs, bool withoutUnused) =>
    [
        .. connection.Query<(long PackId, long Committed, long Live)>(
            $"""
            SELECT k.PackId, k.CommittedBytes,
                   coalesce(sum(({PackFrame.HeaderSize} + p.StoredBytes + 7) & ~7)
                       FILTER (WHERE NOT @withoutUnused OR EXISTS (SELECT 1 FROM Atoms a WHERE a.AtomId = p.AtomId AND a.ReferenceCount > 0)), 0)
            FROM Packs k LEFT JOIN AtomPayloads p ON p.PackId = k.PackId GROUP BY k.PackId ORDER BY k.PackId
            """,
            new { withoutUnused }).Select(row => new PackUse(row.PackId, row.Committed, LengthOf(packs.PathOf(row.PackId)), row.Live)),
    ];

    /// <summary>The packs to copy, the most wasteful first, so that no more waste is left than is allowed.</summary>
    /// <param name="all">All packs.</param>
    /// <param name="maxWaste">Share of the bytes in use that may be waste.</param>
    public static List<PackUse> Choose(IReadOnlyList<PackUse> all, double maxWaste)
    {
        double allowed = maxWaste * all.Sum(pack => pack.LiveBytes);
        long waste = all.Sum(pack => pack.Waste);
        List<PackUse> chosen = [];
        foreach (PackUse pack in all.Where(pack => pack.Waste > 0).OrderByDescending(pack => (double)pack.Waste / pack.CommittedBytes))
        {
            if (waste <= allowed && pack.LiveBytes > 0)
            {
                break;
            }

            chosen.Add(pack);
            waste -= pack.Waste;
        }

        return chosen;
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
