namespace Microsoft.SqlServer.Server;

/// <summary>A type that is said to be a CLR user-defined type and is none.</summary>
public sealed class InvalidUdtException : SystemException
{
    private InvalidUdtException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error; SqlClient calls it by reflection.</summary>
    /// <param name="udtType">The type.</param>
    /// <param name="resourceReason">What is wrong with it.</param>
    public static InvalidUdtException Create(Type udtType, string resourceReason)
    {
        ArgumentNullException.ThrowIfNull(udtType);
        return new InvalidUdtException($"'{udtType.FullName}' is not a CLR user-defined type: {resourceReason}.");
    }
}
