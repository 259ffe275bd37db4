using System.Collections;

namespace Hartonomous.Commands;

/// <summary>Completes the names of stored models.</summary>
internal sealed class ModelNameCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Text, string ToolTip)> Candidates(string command, IDictionary bound) =>
        Store(bound) is { } connection
            ? DriveSnapshot.Of(connection).Models.Select(model => (model.Name, $"{model.Format}, {HartText.Size(model.SizeBytes)}"))
            : [];
}
