using System.Collections;
using System.Globalization;

namespace Hartonomous.Commands;

/// <summary>Completes the keys of tensors in a store, and says whose each is.</summary>
internal sealed class AtomIdCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Text, string ToolTip)> Candidates(string command, IDictionary bound)
    {
        if (Store(bound) is not { } connection)
        {
            return [];
        }

        DriveSnapshot snapshot = DriveSnapshot.Of(connection);
        return snapshot.Models
            .SelectMany(model => snapshot.Tensors(model).Select(tensor => (
                tensor.TensorAtomId.ToString(CultureInfo.InvariantCulture), $"{model.Name}: {tensor.Info.Name}")))
            .DistinctBy(tensor => tensor.Item1);
    }
}
