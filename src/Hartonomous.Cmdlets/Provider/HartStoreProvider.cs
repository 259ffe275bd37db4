using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Provider;

namespace Hartonomous.Commands;

/// <summary>
/// Shows a store as a drive: models, in them the groups of their tensors (layers), the tensors, and <c>metadata</c>. The drive <c>hart:</c>
/// shows the store that the runspace is connected to; <c>New-PSDrive -PSProvider Hartonomous -Root FOLDER</c> makes drives of other stores.
/// Nothing can be changed through a drive.
/// </summary>
[CmdletProvider("Hartonomous", ProviderCapabilities.None)]
[OutputType(
    typeof(HartStoreConnection), typeof(HartModel), typeof(HartTensorGroup), typeof(HartTensor), typeof(HartMetadata),
    ProviderCmdlet = "Get-Item")]
[OutputType(typeof(HartModel), typeof(HartTensorGroup), typeof(HartTensor), typeof(HartMetadata), ProviderCmdlet = "Get-ChildItem")]
[OutputType(typeof(string), ProviderCmdlet = "Get-Content")]
public sealed class HartStoreProvider : NavigationCmdletProvider, IContentCmdletProvider
{
    private const string DriveName = "hart";
    private const string TenantParameter = "Tenant";
    private const string RawParameter = "Raw";
    private const string TensorParameter = "Tensor";

    /// <inheritdoc/>
    protected override Collection<PSDriveInfo> InitializeDefaultDrives() =>
        [new HartDriveInfo(DriveName, ProviderInfo, "The store that this runspace is connected to")];

    /// <inheritdoc/>
    protected override object NewDriveDynamicParameters() => Parameters(TenantParameter, typeof(string));

    /// <inheritdoc/>
    protected override PSDriveInfo? NewDrive(PSDriveInfo drive)
    {
        ArgumentNullException.ThrowIfNull(drive);
        if (drive is HartDriveInfo)
        {
            return drive;
        }

        string? tenant = Given(TenantParameter)?.Value as string;
        return string.IsNullOrEmpty(drive.Root)
            ? new HartDriveInfo(drive.Name, ProviderInfo, drive.Description)
            : Try(drive.Root, () =>
            {
                HartStoreConnection connection = new(
                    ModelPaths.Full(SessionState, drive.Root), "Drive", tenant ?? HartStoreConnection.DefaultTenant);
                DriveSnapshot.Of(connection);
                return new HartDriveInfo(drive, connection);
            });
    }

    /// <inheritdoc/>
    protected override bool IsValidPath(string path) => true;

    /// <inheritdoc/>
    protected override bool ItemExists(string path) => Find(path) is not null;

    /// <inheritdoc/>
    protected override bool IsItemContainer(string path) => Find(path) is { IsContainer: true };

    /// <inheritdoc/>
    protected override bool HasChildItems(string path) => Find(path) is { } item && Try(path, () => item.Children().Any());

    /// <inheritdoc/>
    protected override void GetItem(string path)
    {
        if (Find(path) is { } item)
        {
            Write(item, path);
        }
    }

    /// <inheritdoc/>
    protected override object GetChildItemsDynamicParameters(string path, bool recurse) => Parameters(TensorParameter, typeof(SwitchParameter));

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse) => WriteChildren(path, recurse ? uint.MaxValue : 0);

    /// <inheritdoc/>
    protected override void GetChildItems(string path, bool recurse, uint depth) => WriteChildren(path, recurse ? depth : 0);

    /// <inheritdoc/>
    protected override void GetChildNames(string path, ReturnContainers returnContainers)
    {
        foreach ((string name, DriveItem item) in ChildrenOf(path))
        {
            WriteItemObject(name, MakePath(path, name), item.IsContainer);
        }
    }

    /// <inheritdoc/>
    public IContentReader? GetContentReader(string path)
    {
        if (Find(path) is not { } item)
        {
            return null;
        }

        if (Try(path, item.ToText) is { } text)
        {
            return new TextContentReader(text, IsGiven(RawParameter));
        }

        string message = $"{HartErrorCodes.DriveContent}: {path}: a store or a group has no content; models, tensors and metadata have.";
        WriteError(ErrorRecords.Make(new HartException(HartErrorCodes.DriveContent, path, message), path));
        return null;
    }

    /// <inheritdoc/>
    public object GetContentReaderDynamicParameters(string path) => Parameters(RawParameter, typeof(SwitchParameter));

    /// <inheritdoc/>
    public IContentWriter GetContentWriter(string path) => throw new PSNotSupportedException("Nothing can be changed through the drive of a store.");

    /// <inheritdoc/>
    public object? GetContentWriterDynamicParameters(string path) => null;

    /// <inheritdoc/>
    public void ClearContent(string path) => throw new PSNotSupportedException("Nothing can be changed through the drive of a store.");

    /// <inheritdoc/>
    public object? ClearContentDynamicParameters(string path) => null;

    private static RuntimeDefinedParameterDictionary Parameters(string name, Type type) =>
        new() { [name] = new RuntimeDefinedParameter(name, type, [new ParameterAttribute()]) };

    private RuntimeDefinedParameter? Given(string name) =>
        DynamicParameters is RuntimeDefinedParameterDictionary given && given.TryGetValue(name, out RuntimeDefinedParameter? parameter)
            ? parameter
            : null;

    private bool IsGiven(string name) => Given(name) is { IsSet: true, Value: SwitchParameter { IsPresent: true } };

    private void WriteChildren(string path, uint depth)
    {
        foreach ((string name, DriveItem item) in ChildrenOf(path))
        {
            if (Stopping)
            {
                return;
            }

            string child = MakePath(path, name);
            if (item.IsTensor || !IsGiven(TensorParameter))
            {
                Write(item, child);
            }

            if (depth > 0 && item.IsContainer)
            {
                WriteChildren(child, depth == uint.MaxValue ? depth : depth - 1);
            }
        }
    }

    private (string Name, DriveItem Item)[] ChildrenOf(string path) =>
        Find(path) is { } item ? Try<(string, DriveItem)[]>(path, () => [.. item.Children()]) ?? [] : [];

    private void Write(DriveItem item, string path)
    {
        PSObject shown = new(item.ToObject());
        shown.TypeNames.Insert(0, typeof(HartDriveItem).FullName!);
        WriteItemObject(shown, path, item.IsContainer);
    }

    private DriveItem? Find(string path) => Try(path, () =>
    {
        string[] parts = DriveNames.Split(path);
        HartDriveInfo? drive = PSDriveInfo as HartDriveInfo;
        if (drive is not null && parts is [{ } root, ..] && drive.Root.Equals(root, StringComparison.OrdinalIgnoreCase))
        {
            parts = parts[1..];
        }
        else if (parts is [{ } first, ..] && first[0] == DriveNames.DriveMark)
        {
            // A path that names the provider and no drive: the root says which one is meant.
            drive = SessionState.Drive.GetAll().OfType<HartDriveInfo>()
                .FirstOrDefault(known => known.Root.Equals(first, StringComparison.OrdinalIgnoreCase));
            if (drive is null)
            {
                return null;
            }

            parts = parts[1..];
        }

        return DriveItem.Find(drive?.Connection ?? DefaultConnection.Current, parts);
    });

    /// <summary>Does something that reads the store; an error that users can meet is written, and null given.</summary>
    private T? Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not RuntimeException && ErrorRecords.TryMake(error, path) is { } record)
        {
            WriteError(record);
            return default;
        }
    }
}
