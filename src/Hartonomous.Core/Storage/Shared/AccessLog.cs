using System.Collections.Concurrent;
using System.Data.Common;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>Gathers what was used, and writes it now and then. Losing notes costs nothing but their exactness, so no failure leaves this.</summary>
/// <param name="write">Writes notes where the recorded time is older than <see cref="Granularity"/>.</param>
internal sealed class AccessLog(Action<IReadOnlyList<(ContentHash Hash, DateTime At)>> write)
{
    /// <summary>Times are exact to so much.</summary>
    public static readonly TimeSpan Granularity = TimeSpan.FromHours(1);

    private const int MaxNotes = 65_536;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

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
            write(notes);
        }
        catch (Exception error) when (error is DbException or IOException or StoreException)
        {
            // A store on a read-only disk, or a busy one: the times stay as they are.
        }
    }
}
