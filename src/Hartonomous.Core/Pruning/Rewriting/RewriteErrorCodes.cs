namespace Hartonomous.Core.Pruning.Rewriting;

/// <summary>Codes of the errors of writing a model anew.</summary>
public static class RewriteErrorCodes
{
    /// <summary>Models of this format cannot be written anew.</summary>
    public const string Format = "REWRITE_FORMAT";

    /// <summary>The container has no such encoding, or the tensor's rows do not fill its blocks.</summary>
    public const string Dtype = "REWRITE_DTYPE";
}
