using System.Collections.Concurrent;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Gathers what was used, and writes it now and then. Losing notes costs nothing but their exactness, so no failure leaves this.</summary>
internal sealed class AccessLog(StoreDatabase database)
{
    private const int MaxNotes = 65_536;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Granularity = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<ContentHash, DateTime> _notes = new();
    private long _lastFlush = Environment.TickCount64;

    /// <summary>Notes a use.</summary>
    public void Note(ContentHash hash, DateTime now)
    {
        _notes[hash] = now;
        long last = Interlocked.Read(ref _lastFlush);
        bool isDue = _notes.Count >= MaxNotes || Environment.TickCount64 - last > Interval.TotalMilliseconds;
        if (isDue && Interlocked.CompareExchange(ref _lastFlush, Environment.TickCount64, last) == last)
        {
            Flush();
        }
    }

    /// <summary>Writes the notes, or drops them.</summary>
    public void Flush()
    {
        List<(ContentHash Hash, DateTime At)> notes = [];
        foreach (ContentHash hash in _notes.Keys)
        {
            if (_notes.TryRemove(hash, out DateTime at))
            {
                notes.Add((hash, at));
            }
        }

        if (notes.Count == 0)
        {
            return;
        }

        try
        {
            using SqliteConnection connection = database.ConnectForNotes();
            using SqliteTransaction transaction = connection.BeginTransaction();
            connection.Execute(
                "UPDATE Atoms SET LastAccessedAt = @at WHERE Hash = @hash AND LastAccessedAt < @before",
                notes.Select(note => new { at = note.At, hash = note.Hash, before = note.At - Granularity }),
                transaction);
            transaction.Commit();
        }
        catch (Exception error) when (error is SqliteException or IOException or StoreException)
        {
            // A store on a read-only disk, or a busy one: the times stay as they are.
        }
    }
}
