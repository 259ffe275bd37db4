namespace Hartonomous.Core.Storage;

/// <summary>A store cannot do what was asked: it is not there, is damaged, or what it holds forbids it.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="code">Stable code; all are in <see cref="StoreErrorCodes"/>.</param>
    /// <param name="subject">What the error is about: a model's name, a file, an atom's hash.</param>
    /// <param name="problem">What was found and what was expected, a sentence without its full stop.</param>
    /// <param name="inner">The cause, if another error led here.</param>
    public StoreException(string code, string subject, string problem, Exception? inner = null)
        : base($"{code}: {subject}: {problem}.", inner)
    {
        Code = code;
        Subject = subject;
        Problem = problem;
    }

    /// <summary>The stable code (<c>MODEL_EXISTS</c>).</summary>
    public string Code { get; }

    /// <summary>What the error is about.</summary>
    public string Subject { get; }

    /// <summary>What was found and what was expected.</summary>
    public string Problem { get; }
}
