namespace Microsoft.SqlServer.Server;

/// <summary>Marks a CLR user-defined type.</summary>
/// <param name="format">How it is serialized.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = false, Inherited = true)]
public sealed class SqlUserDefinedTypeAttribute(Format format) : Attribute
{
    /// <summary>Longest serialized form in bytes, or -1 where it has no limit.</summary>
    public int MaxByteSize { get; set; }

    /// <summary>Whether all values have the same length.</summary>
    public bool IsFixedLength { get; set; }

    /// <summary>Whether the serialized form sorts as the values do.</summary>
    public bool IsByteOrdered { get; set; }

    /// <summary>How it is serialized.</summary>
    public Format Format { get; } = format;

    /// <summary>The method that checks a value.</summary>
    public string? ValidationMethodName { get; set; }

    /// <summary>Name of the type on the server.</summary>
    public string? Name { get; set; }
}
