using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A job that can refer to contents in files outside the store instead of copying them.</summary>
public interface IInPlaceSession : IIngestSession
{
    /// <summary>
    /// Records where a content lies; a content that has a payload keeps it and gains nothing. Durable with the next commit.
    /// </summary>
    /// <param name="hash">SHA-256 of the content, computed by the caller.</param>
    /// <param name="file">The file that holds it, as it is, in one run.</param>
    /// <param name="offset">Where it begins in the file.</param>
    /// <param name="length">Its length in bytes, 1 at least.</param>
    void ReferTo(ContentHash hash, SourceFile file, long offset, int length);
}
