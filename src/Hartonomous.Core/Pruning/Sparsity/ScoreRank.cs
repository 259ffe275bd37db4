namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>
/// Finds the k-th lowest of any number of scores exactly, in memory that does not depend on their number: the scores are counted by the upper
/// half of their bits in one pass, and by the lower half within the bucket that matters in a second.
/// </summary>
internal sealed class ScoreRank
{
    private readonly long[] _counts = new long[1 << 16];
    private uint _upper;
    private long _left;

    /// <summary>Scores in an order of whole numbers: the lowest first, NaN, which is never given up, last.</summary>
    public static uint KeyOf(float score)
    {
        if (float.IsNaN(score))
        {
            return uint.MaxValue;
        }

        // -0 and 0 are one score.
        uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    /// <summary>Counts scores in the first pass.</summary>
    public void CountUpper(ReadOnlySpan<float> scores)
    {
        foreach (float score in scores)
        {
            _counts[KeyOf(score) >> 16]++;
        }
    }

    /// <summary>Ends the first pass.</summary>
    /// <param name="k">How many scores are to be given up, 1 at least.</param>
    public void EndUpper(long k)
    {
        _left = k;
        while (_counts[_upper] < _left)
        {
            _left -= _counts[_upper++];
        }

        Array.Clear(_counts);
    }

    /// <summary>Counts scores in the second pass.</summary>
    public void CountLower(ReadOnlySpan<float> scores)
    {
        foreach (float score in scores)
        {
            uint key = KeyOf(score);
            if (key >> 16 == _upper)
            {
                _counts[key & 0xFFFF]++;
            }
        }
    }

    /// <summary>Ends the second pass.</summary>
    /// <returns>The key below which all are given up, and how many of those that have it.</returns>
    public (uint Key, long Ties) EndLower()
    {
        uint lower = 0;
        while (_counts[lower] < _left)
        {
            _left -= _counts[lower++];
        }

        return ((_upper << 16) | lower, _left);
    }
}
