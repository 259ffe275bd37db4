using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary>One run of <c>import</c> over all its paths; goes on after a model that cannot be imported.</summary>
internal sealed class ImportRun(
    Invocation invocation, TensorFilter filter, ImportOptions options, CancellationToken cancellation) : IDisposable
{
    private readonly List<(ModelFormat Format, ImportResult Result)> _imported = [];
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private IModelStore? _store;
    private Exception? _storeFailure;

    /// <summary>The models that are stored now.</summary>
    public IReadOnlyList<(ModelFormat Format, ImportResult Result)> Imported => _imported;

    /// <summary>What the store holds now.</summary>
    public StoreStatistics Statistics() => Store().GetStatistics();

    /// <summary>Imports the models at all paths.</summary>
    /// <returns>What could not be imported.</returns>
    /// <exception cref="UsageException">There are several models for one name.</exception>
    /// <exception cref="StoreException">The store cannot be opened.</exception>
    public FailureList ImportAll(IReadOnlyList<string> paths, bool recurse)
    {
        FailureList failures = new(invocation);
        List<(string Path, Exception Error)> missing = [];
        List<ModelLocation> locations = Locate(paths, recurse, missing);
        if (options.Name is not null && locations.Count + missing.Count > 1)
        {
            throw new UsageException($"--name names one model, and the paths lead to {locations.Count + missing.Count}");
        }

        missing.ForEach(path => failures.Add(path.Path, path.Error));
        foreach (ModelLocation location in locations)
        {
            try
            {
                cancellation.ThrowIfCancellationRequested();
                Import(location);
            }
            catch (OperationCanceledException)
            {
                failures.Add(location.DisplayPath, Interruption(location));
                break;
            }
            catch (ArgumentException error) when (error.ParamName == "name")
            {
                failures.Add(location.DisplayPath, NameRefused(location));
            }
            catch (Exception error) when (!ReferenceEquals(error, _storeFailure))
            {
                failures.Add(location.DisplayPath, error);
            }
        }

        return failures;
    }

    /// <inheritdoc/>
    public void Dispose() => _store?.Dispose();

    private static List<ModelLocation> Locate(IReadOnlyList<string> paths, bool recurse, List<(string Path, Exception Error)> missing)
    {
        List<ModelLocation> locations = [];
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            try
            {
                // The same model may be reached by several of its shards.
                locations.AddRange(ModelReader.Locate(Paths.Check(path), recurse).Where(location => known.Add(location.DisplayPath)));
            }
            catch (Exception error) when (error is ModelFormatException or IOException or UnauthorizedAccessException)
            {
                missing.Add((path, error));
            }
        }

        return locations;
    }

    private static CliError Interruption(ModelLocation location) => new(
        CliErrorCodes.Interrupted,
        $"{location.DisplayPath}: the import was interrupted; what was committed stays, and the same command goes on from there",
        ExitCodes.Interrupted);

    private CliError NameRefused(ModelLocation location) => options.Name is null
        ? new CliError(CliErrorCodes.ModelName, $"{location.DisplayPath}: the name of the file is none a store takes", ExitCodes.Failed)
        {
            Hint = "Name the model with --name",
        }
        : throw new UsageException("--name takes 1 to 400 characters, none of them a control character");

    /// <summary>The store, opened when the first model is: a mistyped path makes no store.</summary>
    private IModelStore Store()
    {
        try
        {
            return _store ??= invocation.OpenOrCreateStore();
        }
        catch (Exception error)
        {
            _storeFailure = error;
            throw;
        }
    }

    private void Import(ModelLocation location)
    {
        using ModelSource source = ModelReader.Open(location, cancellation: cancellation);
        if (!filter.IsGiven(invocation.Arguments))
        {
            Import(source, options.Name ?? location.Name, null);
            return;
        }

        IReadOnlyList<TensorInfo> tensors = filter.Apply(invocation.Arguments, source.Metadata.Tensors, tensor => tensor.Name);
        if (tensors.Count == 0)
        {
            throw new StoreException(StoreErrorCodes.TensorNotFound, location.DisplayPath, "no tensor has a name that fits --tensor");
        }

        using ModelSource selection = FormatRegistry.Find(location.Format)!.SelectTensors(source, tensors, ReadLimits.Default);
        Import(selection, options.Name ?? $"{location.Name}-selection", source);
    }

    private void Import(ModelSource source, string modelName, ModelSource? selectedFrom)
    {
        foreach (string warning in source.Metadata.Warnings)
        {
            invocation.Warn($"{source.Location.Name}: {warning}");
        }

        // Two files of one name on one command line: --replace does not mean that the second takes the place of the first.
        ImportOptions own = options with
        {
            Name = modelName,
            Replace = options.Replace && !_names.Contains(modelName),
            SelectedFrom = selectedFrom,
        };
        IModelStore store = Store();
        ImportResult result = invocation.WithProgress(progress => new ModelImporter(store).Import(source, own, progress, cancellation));
        foreach (string warning in result.Warnings.Skip(source.Metadata.Warnings.Count))
        {
            invocation.Warn($"{modelName}: {warning}");
        }

        _names.Add(modelName);
        _imported.Add((source.Metadata.Format, result));
    }
}
