using System.Buffers;
using System.Security.Cryptography;
using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms;

/// <summary>Digests of whole sources.</summary>
internal static class FileDigest
{
    private const int BufferBytes = 1 << 20;

    /// <summary>SHA-256 of all bytes.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="advance">Told how many bytes have been read since it was last told; may be called on any thread.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static ContentHash Sha256(ByteSource source, Action<long>? advance, CancellationToken cancellation)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, Math.Max(source.Length, 1)));
        try
        {
            for (long offset = 0; offset < source.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = (int)Math.Min(buffer.Length, source.Length - offset);
                source.ReadExactly(offset, buffer.AsSpan(0, count));
                hash.AppendData(buffer, 0, count);
                offset += count;
                advance?.Invoke(count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Span<byte> digest = stackalloc byte[ContentHash.Size];
        hash.GetHashAndReset(digest);
        return new ContentHash(digest);
    }

    /// <summary>
    /// A digest of the length and of 64 samples spread evenly over the bytes, the first and the last among them. Files that differ in it
    /// differ; files that agree in it are likely, not certain, to be equal, and worth hashing whole before anything else is done.
    /// </summary>
    public static ContentHash Fingerprint(ByteSource source)
    {
        FileSampler sampler = new(source.Length);
        foreach ((int number, long offset) in sampler.Offsets.Index())
        {
            source.ReadExactly(offset, sampler.Sample(number));
        }

        return sampler.Finish();
    }
}
