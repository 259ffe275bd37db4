using System.Runtime.InteropServices;
using Hartonomous.Core.Spatial.Indexes;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Sketches in the database, read one by one.</summary>
/// <param name="database">The database.</param>
/// <param name="embeddingIds">Their keys by ordinal.</param>
/// <param name="dimension">Their values.</param>
internal sealed class StoredSketches(StoreDatabase database, long[] embeddingIds, int dimension) : ISketchSource, IDisposable
{
    private readonly StatementPool _pool = new(database, "SELECT Sketch FROM EmbeddingSketches WHERE EmbeddingId = ?1");

    /// <inheritdoc/>
    public int Count => embeddingIds.Length;

    /// <inheritdoc/>
    public int Dimension => dimension;

    /// <summary>A sketch; zero where it is zero, and where it is no longer there.</summary>
    public ReadOnlySpan<float> Read(int ordinal, Span<float> buffer)
    {
        Span<float> values = buffer[..dimension];
        StatementPool.Entry entry = _pool.Take();
        try
        {
            SqliteStatement statement = entry.Statement;
            statement.Bind(1, embeddingIds[ordinal]);
            ReadOnlySpan<byte> blob = statement.Step() ? raw.sqlite3_column_blob(statement.Handle, 0) : [];
            if (blob.Length == values.Length * sizeof(float))
            {
                blob.CopyTo(MemoryMarshal.AsBytes(values));
            }
            else
            {
                values.Clear();
            }
        }
        finally
        {
            _pool.Return(entry);
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();
}
