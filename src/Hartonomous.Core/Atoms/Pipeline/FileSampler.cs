using System.Buffers.Binary;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// The digest of a file's length and of 64 samples spread evenly over its bytes, the first and the last among them, taken while the bytes go
/// by in order.
/// </summary>
/// <param name="length">Length of the file.</param>
internal sealed class FileSampler(long length)
{
    private const int SampleBytes = 4096;
    private const int MaxSamples = 64;

    private readonly int _size = (int)Math.Min(SampleBytes, length);
    private readonly byte[] _bytes = Prepare(length);
    private long _position;

    /// <summary>Where the samples begin, in order.</summary>
    public IEnumerable<long> Offsets
    {
        get
        {
            int count = (_bytes.Length - sizeof(long)) / Math.Max(_size, 1);
            return Enumerable.Range(0, count).Select(i => (long)((UInt128)(ulong)(length - _size) * (ulong)i / (ulong)(count - 1)));
        }
    }

    /// <summary>Where a sample's bytes go.</summary>
    public Span<byte> Sample(int number) => _bytes.AsSpan(sizeof(long) + (number * _size), _size);

    /// <summary>Takes the samples, or parts of them, that lie in the next run of the file's bytes.</summary>
    public void Append(ReadOnlySpan<byte> run)
    {
        int number = 0;
        foreach (long offset in Offsets)
        {
            long begin = Math.Max(offset, _position);
            long end = Math.Min(offset + _size, _position + run.Length);
            if (begin < end)
            {
                run[(int)(begin - _position)..(int)(end - _position)].CopyTo(Sample(number)[(int)(begin - offset)..]);
            }

            number++;
        }

        _position += run.Length;
    }

    /// <summary>The digest.</summary>
    public ContentHash Finish() => ContentHash.Of(_bytes);

    private static byte[] Prepare(long length)
    {
        int size = (int)Math.Min(SampleBytes, length);
        int samples = (int)Math.Min(MaxSamples, ((length - size) / SampleBytes) + 2);
        byte[] bytes = new byte[sizeof(long) + (samples * size)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, length);
        return bytes;
    }
}
