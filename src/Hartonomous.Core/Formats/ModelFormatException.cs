namespace Hartonomous.Core.Formats;

/// <summary>
/// A model file is not as its format says. The only exception that leaves a reader for what a file holds; failing devices and missing
/// permissions stay <see cref="IOException"/> and <see cref="UnauthorizedAccessException"/>.
/// </summary>
public sealed class ModelFormatException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="code">Stable code, <c>FORMAT_WHAT</c>; all are listed in <c>docs/errors.md</c>.</param>
    /// <param name="file">The file, as a person would name it.</param>
    /// <param name="offset">Where in the file, or null where no place can be named.</param>
    /// <param name="problem">What was found and what was expected, a sentence without its full stop.</param>
    /// <param name="inner">The cause, if another error led here.</param>
    public ModelFormatException(string code, string file, long? offset, string problem, Exception? inner = null)
        : base($"{code}: {file}{(offset is { } at ? $", offset {at}" : string.Empty)}: {problem}.", inner)
    {
        Code = code;
        File = file;
        Offset = offset;
        Problem = problem;
    }

    /// <summary>The stable code (<c>GGUF_TENSOR_OFFSET</c>).</summary>
    public string Code { get; }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>The place in the file in bytes, where one can be named.</summary>
    public long? Offset { get; }

    /// <summary>What was found and what was expected.</summary>
    public string Problem { get; }
}
