using System.CommandLine;
using System.IO.Enumeration;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary>An option that names stored models, with <c>*</c> for any characters and <c>?</c> for one.</summary>
internal sealed class ModelWildcards(string name, string description)
{
    /// <summary>The option.</summary>
    public Option<string[]> Option { get; } = new(name) { Description = description, HelpName = "WILDCARD" };

    /// <summary>The models that fit; null where the option is not given.</summary>
    /// <exception cref="StoreException">No model fits (<c>MODEL_NOT_FOUND</c>).</exception>
    public IReadOnlyList<StoredModel>? Find(ParseResult arguments, IModelStore store)
    {
        if (arguments.GetValue(Option) is not { Length: > 0 } wildcards)
        {
            return null;
        }

        List<StoredModel> found =
        [
            .. store.ListModels().Where(model =>
                wildcards.Any(wildcard => FileSystemName.MatchesSimpleExpression(wildcard, model.Name, ignoreCase: true))),
        ];
        return found.Count > 0
            ? found
            : throw new StoreException(StoreErrorCodes.ModelNotFound, string.Join(", ", wildcards), "no stored model has a name that fits");
    }
}
