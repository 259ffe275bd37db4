using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that work on stored models that the user names.</summary>
public abstract class StoredModelCmdlet : TenantScopedCmdlet
{
    /// <summary>
    /// The stored models that names stand for, in the order of the store; a name that is not there is a non-terminating error.
    /// </summary>
    private protected IReadOnlyList<StoredModel> FindModels(HartStoreConnection connection, IReadOnlyList<string>? names)
    {
        IReadOnlyList<StoredModel> all = [];
        Work("Reading a store", connection.Path, _ =>
        {
            using StoreLease lease = Acquire(connection);
            all = lease.Store.ListModels();
        });
        NameSelection selection = new(names, [.. all.Select(model => model.Name)]);
        foreach (string missing in selection.Missing)
        {
            string message = $"{StoreErrorCodes.ModelNotFound}: {missing}: no model of this name is in the store {connection}.";
            WriteError(ErrorRecords.Make(new HartException(StoreErrorCodes.ModelNotFound, missing, message), missing));
        }

        List<StoredModel> found = [.. all.Where(model => selection.Contains(model.Name))];
        WriteVerbose($"{found.Count} of {all.Count} models in {connection} are meant.");
        return found;
    }
}
