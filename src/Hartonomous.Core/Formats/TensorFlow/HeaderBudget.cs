namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Counts the memory that the tables and metadata of one model take, so that many small things end in an error as well.</summary>
/// <param name="limit">Most bytes.</param>
internal sealed class HeaderBudget(int limit)
{
    /// <summary>About what the objects for one tensor or one piece of metadata take beside its text.</summary>
    public const int ItemBytes = 700;

    private long _taken;

    /// <summary>Takes memory for an item with a text of some characters.</summary>
    /// <exception cref="ModelFormatException">There is no more (<c>TENSORFLOW_HEADER_MEMORY</c>).</exception>
    public void Take(long textLength, string file, long offset)
    {
        _taken += ItemBytes + (2 * textLength);
        if (_taken > limit)
        {
            throw new ModelFormatException(
                TensorFlowErrorCodes.HeaderMemory, file, offset, $"tensors and metadata up to here take more than {limit} bytes of memory");
        }
    }
}
