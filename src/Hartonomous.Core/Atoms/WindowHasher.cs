using System.Security.Cryptography;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// Second stage of the pipeline: three hashes in one pass over the bytes, each on a core of its own where there is one: the file's, the
/// tensors' (both run on from window to window) and the pieces'.
/// </summary>
internal sealed class WindowHasher(Func<int, bool> isKnownTensor) : IDisposable
{
    private readonly IncrementalHash _file = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _tensor = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Hashes a window; windows have to come in order.</summary>
    public Window Hash(Window window)
    {
        Task file = Task.Run(() => _file.AppendData(window.Raw, 0, window.Length));
        Task tensors = Task.Run(() => HashTensors(window));
        Parallel.ForEach(window.Pieces, new ParallelOptions { MaxDegreeOfParallelism = Parallelism.Limit }, piece =>
        {
            if (piece.IsAtom && !(piece.TensorNumber >= 0 && isKnownTensor(piece.TensorNumber)))
            {
                piece.Hash = ContentHash.Of(window.Content.AsSpan(piece.BufferOffset, piece.Length));
            }
        });
        Task.WaitAll(file, tensors);
        foreach (Piece piece in window.Pieces.Where(piece => IsWholeTensor(piece)))
        {
            piece.TensorHash = piece.Hash;
        }

        return window;
    }

    /// <summary>SHA-256 of all windows so far; begins anew.</summary>
    public ContentHash FinishFile() => Finish(_file);

    public void Dispose()
    {
        _file.Dispose();
        _tensor.Dispose();
    }

    private static bool IsWholeTensor(Piece piece) => piece is { EndsTensor: true, Ordinal: 0 };

    private static ContentHash Finish(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[ContentHash.Size];
        hash.GetHashAndReset(digest);
        return new ContentHash(digest);
    }

    private void HashTensors(Window window)
    {
        foreach (Piece piece in window.Pieces)
        {
            if (piece.TensorNumber < 0 || IsWholeTensor(piece) || isKnownTensor(piece.TensorNumber))
            {
                continue;
            }

            _tensor.AppendData(window.Content, piece.BufferOffset, piece.Length);
            if (piece.EndsTensor)
            {
                piece.TensorHash = Finish(_tensor);
            }
        }
    }
}
