using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>
/// Takes the folder of a store where a connection is expected; also a connection that a job or a remote session sent back.
/// </summary>
internal sealed class StoreConnectionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        PSObject? wrapped = inputData as PSObject;
        object? value = wrapped?.BaseObject ?? inputData;
        string? path = value switch
        {
            string text => text,
            DirectoryInfo folder => folder.FullName,
            _ when wrapped?.TypeNames.Contains($"Deserialized.{typeof(HartStoreConnection).FullName}") == true =>
                wrapped.Properties[nameof(HartStoreConnection.Path)]?.Value as string,
            _ => null,
        };
        string tenant = wrapped?.Properties[nameof(HartStoreConnection.Tenant)]?.Value as string ?? HartStoreConnection.DefaultTenant;
        if (path is not null && path.StartsWith(ServerLogin.Scheme, StringComparison.Ordinal))
        {
            return ServerLogin.Find(path) is { } login
                ? new HartStoreConnection(login, "Given", tenant)
                : throw new ArgumentTransformationMetadataException($"This process is not connected to {path}. Connect with Connect-HartStore first.");
        }

        return string.IsNullOrWhiteSpace(path)
            ? value
            : new HartStoreConnection(ModelPaths.Full(engineIntrinsics.SessionState, path), "Given", tenant);
    }
}
