using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>A drive that shows a store.</summary>
internal sealed class HartDriveInfo : PSDriveInfo
{
    /// <summary>A drive of the store that the runspace is connected to, whichever that is at the time.</summary>
    public HartDriveInfo(string name, ProviderInfo provider, string description)
        : base(name, provider, DriveNames.DriveMark + name, description, null)
    {
    }

    /// <summary>A drive of a store of its own.</summary>
    public HartDriveInfo(PSDriveInfo drive, HartStoreConnection connection)
        : base(
            drive.Name, drive.Provider, DriveNames.DriveMark + drive.Name, drive.Description is { Length: > 0 } text ? text : connection.Path,
            null, connection.Path) => Connection = connection;

    /// <summary>Its store, or null for that of the runspace.</summary>
    public HartStoreConnection? Connection { get; }
}
