namespace Microsoft.SqlServer.Server;

/// <summary>How a CLR user-defined type is serialized.</summary>
public enum Format
{
    /// <summary>Not said.</summary>
    Unknown = 0,

    /// <summary>By its fields, as they lie in memory.</summary>
    Native = 1,

    /// <summary>By itself, through <see cref="IBinarySerialize"/>.</summary>
    UserDefined = 2,
}
