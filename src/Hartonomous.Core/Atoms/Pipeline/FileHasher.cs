using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// The stage that hashes the file as a whole. It is a single chain from the file's first byte to its last, and so the longest way through
/// the pipeline: it has a thread of its own, takes windows as soon as they are read, and waits for nothing else.
/// </summary>
internal sealed class FileHasher : IDisposable
{
    private readonly BlockingCollection<Window> _windows = [];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly CancellationToken _cancellation;
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _error;

    /// <param name="cancellation">Ends the stage.</param>
    public FileHasher(CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _thread = new Thread(Run) { IsBackground = true, Name = "hart file hash" };
        _thread.Start();
    }

    /// <summary>Takes the next window of the file, and releases it when it is hashed.</summary>
    public void Add(Window window) => _windows.Add(window, _cancellation);

    /// <summary>SHA-256 of all windows; waits until they are hashed.</summary>
    public ContentHash Finish()
    {
        _windows.CompleteAdding();
        _thread.Join();
        _cancellation.ThrowIfCancellationRequested();
        _error?.Throw();
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        _hash.GetHashAndReset(digest);
        return new ContentHash(digest);
    }

    /// <summary>Waits for the stage, which has to be cancelled or finished.</summary>
    public void Dispose()
    {
        _thread.Join();
        _windows.Dispose();
        _hash.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (Window window in _windows.GetConsumingEnumerable(_cancellation))
            {
                Hash(window);
                window.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever cancelled knows.
        }
    }

    private void Hash(Window window)
    {
        try
        {
            _hash.AppendData(window.Raw.Span);
        }
        catch (Exception error)
        {
            // Told at the end: the other stages wait for the windows, so they have to go on being released.
            _error = ExceptionDispatchInfo.Capture(error);
        }
    }
}
