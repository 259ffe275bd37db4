using System.CommandLine;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary>
/// The argument and the option that name a model on disk or in the store. What is there as a path is meant as one; <c>--model</c> always
/// means a stored model.
/// </summary>
internal sealed class ModelChoice
{
    /// <summary>The argument.</summary>
    public Argument<string?> Source { get; } = new("PATH|MODEL")
    {
        Description = "A model file, one of its shards, a shard index, a folder of one model; or else the name of a stored model.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>The option.</summary>
    public Option<string?> Model { get; } = new("--model")
    {
        Description = "Name of a stored model, also where there is a path of that name.",
        HelpName = "NAME",
    };

    /// <summary>Whether either is given.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(Source) is not null || arguments.GetValue(Model) is not null;

    /// <summary>Opens the model.</summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <param name="isUse">Whether reading a stored tensor counts as a use of it.</param>
    /// <exception cref="UsageException">None is named, two are, or the path leads to several models.</exception>
    /// <exception cref="ModelFormatException">The file is not as its format says.</exception>
    /// <exception cref="StoreException">There is neither a path nor a stored model of that name.</exception>
    public OpenModel Open(Invocation invocation, CancellationToken cancellation, bool isUse = true)
    {
        ParseResult arguments = invocation.Arguments;
        return (arguments.GetValue(Source), arguments.GetValue(Model)) switch
        {
            (null, null) => throw new UsageException("a model is missing: a path, or the name of a stored model"),
            (null, { } name) => OpenStored(invocation, name, isUse),
            ({ } source, null) when Path.Exists(Paths.Check(source)) => OpenFile(invocation, source, cancellation),
            ({ } source, null) => OpenStoredOrSay(invocation, source, isUse),
            _ => throw new UsageException("a model is named twice, by the argument and by --model"),
        };
    }

    private static OpenModel OpenFile(Invocation invocation, string path, CancellationToken cancellation)
    {
        IReadOnlyList<ModelLocation> locations = ModelReader.Locate(path);
        if (locations.Count != 1)
        {
            throw new UsageException($"{path} holds {locations.Count} models; name one of them");
        }

        ModelSource source = ModelReader.Open(locations[0], cancellation: cancellation);
        foreach (string warning in source.Metadata.Warnings)
        {
            invocation.Warn(warning);
        }

        return new OpenModel(ModelTensors.Of(source), source);
    }

    private static OpenModel OpenStored(Invocation invocation, string name, bool isUse)
    {
        IModelStore store = invocation.OpenStore();
        try
        {
            StoredModel model = Invocation.FindModel(store, name);
            return new OpenModel(ModelTensors.Of(store, model, isUse), store);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static OpenModel OpenStoredOrSay(Invocation invocation, string name, bool isUse)
    {
        try
        {
            return OpenStored(invocation, name, isUse);
        }
        catch (StoreException error) when (error.Code is StoreErrorCodes.StoreNotFound or StoreErrorCodes.ModelNotFound)
        {
            string store = error.Code == StoreErrorCodes.StoreNotFound ? $"there is no store at {error.Subject}" : "no such model is stored";
            throw new StoreException(
                StoreErrorCodes.ModelNotFound, name, $"there is no file or folder of this name, and {store}", error);
        }
    }
}
