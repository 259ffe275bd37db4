namespace Microsoft.SqlServer.Server;

/// <summary>A CLR user-defined type that serializes itself.</summary>
public interface IBinarySerialize
{
    /// <summary>Reads the value.</summary>
    void Read(BinaryReader r);

    /// <summary>Writes the value.</summary>
    void Write(BinaryWriter w);
}
