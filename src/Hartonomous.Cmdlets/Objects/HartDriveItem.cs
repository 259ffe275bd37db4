using System.Globalization;
using System.Management.Automation;

namespace Hartonomous;

/// <summary>
/// How the view of the drive describes an item. Items that come from the drive have the name of this type before that of their own, so that
/// models, groups and tensors stand in one table.
/// </summary>
public static class HartDriveItem
{
    /// <summary>What the item is: <c>Store</c>, <c>Model</c>, <c>Group</c>, <c>Tensor</c> or <c>Metadata</c>.</summary>
    public static string Kind(object item) => Base(item) switch
    {
        HartStoreConnection => "Store",
        HartModel => "Model",
        HartTensorGroup => "Group",
        HartTensor => "Tensor",
        _ => "Metadata",
    };

    /// <summary>What is in it: a format and a number of tensors, a number of tensors, or an encoding and a shape.</summary>
    public static string Content(object item) => Base(item) switch
    {
        HartStoreConnection store => store.Kind,
        HartModel model => string.Create(CultureInfo.InvariantCulture, $"{model.Format}, {model.TensorCount} tensors"),
        HartTensorGroup group => string.Create(CultureInfo.InvariantCulture, $"{group.TensorCount} tensors"),
        HartTensor tensor => $"{tensor.Dtype} {HartText.Shape(tensor.Shape)}",
        HartMetadata metadata => string.Create(CultureInfo.InvariantCulture, $"{metadata.Count} entries"),
        _ => string.Empty,
    };

    /// <summary>Length of what is in it; empty for a store.</summary>
    public static string Size(object item) => Base(item) switch
    {
        HartModel model => HartText.Size(model.SizeBytes),
        HartTensorGroup group => HartText.Size(group.SizeBytes),
        HartTensor tensor => HartText.Size(tensor.SizeBytes),
        HartMetadata metadata => HartText.Size(metadata.SizeBytes),
        _ => string.Empty,
    };

    private static object Base(object item) => item is PSObject wrapped ? wrapped.BaseObject : item;
}
