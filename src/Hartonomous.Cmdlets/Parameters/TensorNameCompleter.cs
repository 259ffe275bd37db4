using System.Collections;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Commands;

/// <summary>
/// Completes the names of tensors: of the model files that the command line names, else of the stored models that it names, else of all.
/// </summary>
internal sealed class TensorNameCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Text, string ToolTip)> Candidates(string command, IDictionary bound)
    {
        string[] paths = [.. Texts(bound["Path"]), .. Texts(bound["LiteralPath"])];
        return paths.Length > 0
            ? paths.SelectMany(InFile).DistinctBy(tensor => tensor.Text)
            : InStore(bound, command.EndsWith("-HartModel", StringComparison.OrdinalIgnoreCase) ? bound["Name"] : null);
    }

    private static IEnumerable<(string Text, string ToolTip)> InFile(string path)
    {
        foreach (ModelLocation location in ModelReader.Locate(Resolve(path)))
        {
            using ModelSource source = ModelReader.Open(location);
            foreach (TensorInfo tensor in source.Metadata.Tensors)
            {
                yield return (tensor.Name, Describe(tensor));
            }
        }
    }

    private static IEnumerable<(string Text, string ToolTip)> InStore(IDictionary bound, object? ofNoun)
    {
        if (Store(bound) is not { } connection)
        {
            return [];
        }

        DriveSnapshot snapshot = DriveSnapshot.Of(connection);
        string[] names = [.. Texts(bound["Model"]), .. Texts(bound["Reference"]), .. Texts(ofNoun)];
        NameSelection wanted = new(names, [.. snapshot.Models.Select(model => model.Name)]);
        return snapshot.Models.Where(model => wanted.Contains(model.Name))
            .SelectMany(model => snapshot.Tensors(model))
            .DistinctBy(tensor => tensor.Info.Name)
            .Select(tensor => (tensor.Info.Name, Describe(tensor.Info)));
    }

    private static string Describe(TensorInfo tensor) => $"{tensor.Dtype} {HartText.Shape(tensor.Shape.Dimensions.ToArray())}";

    private static IEnumerable<string> Texts(object? value) => value switch
    {
        null => [],
        string text => [text],
        HartModel model => [model.Name],
        IEnumerable several => several.Cast<object?>().SelectMany(Texts),
        _ => [value.ToString()!],
    };
}
