namespace Hartonomous;

/// <summary>An operation failed for a reason that has a stable code. The error record's id is the same code.</summary>
public sealed class HartException : Exception
{
    internal HartException(string code, string? subject, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Subject = subject;
    }

    /// <summary>The stable code (<c>GGUF_MAGIC</c>, <c>MODEL_EXISTS</c>).</summary>
    public string Code { get; }

    /// <summary>What the error is about: a file, a model's name, a store.</summary>
    public string? Subject { get; }

    /// <summary>The place in the file in bytes, where one can be named.</summary>
    public long? Offset { get; internal init; }
}
