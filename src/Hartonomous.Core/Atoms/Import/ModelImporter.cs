using System.Diagnostics;
using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>
/// Imports models into a store. What the store has already is found at four levels, the cheapest first: the model itself, a whole file,
/// a tensor, a block.
/// </summary>
public sealed class ModelImporter
{
    /// <summary>Longest name of a model in characters.</summary>
    public const int MaxNameLength = 400;

    /// <summary>How often an import is taken up again when what it found stored was removed by another process meanwhile.</summary>
    private const int Attempts = 4;

    private readonly IModelStore _store;

    /// <summary>Imports into <paramref name="store"/>.</summary>
    public ModelImporter(IModelStore store) => _store = store;

    /// <summary>Imports an opened model.</summary>
    /// <param name="source">The model; stays the caller's.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the import; what was committed stays, and the next import of the model goes on from there.</param>
    /// <exception cref="StoreException">
    /// A different model of the name is stored (<c>MODEL_EXISTS</c>), a file changed while it was read (<c>SOURCE_CHANGED</c>), the tenant
    /// would have more than its quota (<c>QUOTA_ATOMS</c>, <c>QUOTA_BYTES</c>), or another process asked the job to stop
    /// (<c>JOB_STOPPED</c>).
    /// </exception>
    /// <exception cref="ModelFormatException">A file could not be read to its end.</exception>
    /// <exception cref="OperationCanceledException">The import was cancelled.</exception>
    public ImportResult Import(
        ModelSource source, ImportOptions? options = null, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ImportOptions();
        string name = CheckName(options.Name ?? source.Location.Name);
        Stopwatch clock = Stopwatch.StartNew();
        Run run = new(_store, source, name, options, progress, cancellation);
        return run.Execute() with { Seconds = clock.Elapsed.TotalSeconds };
    }

    private static string CheckName(string name) =>
        name.Trim().Length == 0 || name.Length > MaxNameLength || name.Any(char.IsControl)
            ? throw new ArgumentException($"A model's name has 1 to {MaxNameLength} characters and no control characters.", nameof(name))
            : name;

    /// <summary>One import.</summary>
    private sealed class Run(
        IModelStore store,
        ModelSource source,
        string name,
        ImportOptions options,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellation)
    {
        private readonly IReadOnlyList<TensorInfo> _tensors = source.Metadata.Tensors;
        private readonly Dictionary<int, ContentHash> _tensorHashes = [];
        private long _done;
        private long _reusedAtoms;
        private long _newLiteralBytes;
        private IIngestSession? _session;
        private CancellationTokenSource? _linked;
        private bool _usesTwins = true;

        /// <summary>Ends the import: the caller's wish, or that of another process.</summary>
        private CancellationToken Ending => _linked?.Token ?? cancellation;

        public ImportResult Execute()
        {
            StoredModel? existing = store.FindModel(name);
            if (existing is not null)
            {
                bool isSame = IsSame(existing);
                if (isSame && !store.HasLostContent(existing.ModelId) && IsPlacedAsWanted(existing))
                {
                    return Result(existing.ModelId, null, ImportStatus.Unchanged, new IngestTotals(0, 0), false);
                }

                if (!isSame && !options.Replace)
                {
                    throw new StoreException(
                        StoreErrorCodes.ModelExists, name, "a different model of this name is stored; give another name, or replace it");
                }
            }

            InPlaceImport.Check(options, store, source);
            for (int attempt = 1; ; attempt++)
            {
                try
                {
                    return Store(existing);
                }
                catch (StoreException error) when (error.Code == StoreErrorCodes.ContentRemoved && attempt < Attempts)
                {
                    // Of a stored file that was removed under the first attempt, the next takes nothing: it reads the source.
                    _usesTwins = false;
                    _tensorHashes.Clear();
                    (_done, _reusedAtoms, _newLiteralBytes) = (0, 0, 0);
                }
            }
        }

        /// <summary>Runs the job.</summary>
        private ImportResult Store(StoredModel? existing)
        {
            using IIngestSession session = store.BeginIngest(JobRequest.Of(name, source, options));
            using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, session.StopRequested);
            _session = session;
            _linked = linked;
            try
            {
                return Transfer(session, existing);
            }
            catch (OperationCanceledException error) when (session.StopRequested.IsCancellationRequested && !cancellation.IsCancellationRequested)
            {
                StoreException stopped = new(StoreErrorCodes.JobStopped, name, $"another process asked job {session.JobId} to stop", error);
                Abandon(session, JobStatus.Cancelled, stopped);
                throw stopped;
            }
            catch (Exception error)
            {
                Abandon(session, error is OperationCanceledException ? JobStatus.Cancelled : JobStatus.Failed, error);
                throw;
            }
            finally
            {
                (_session, _linked) = (null, null);
            }
        }

        private ImportResult Transfer(IIngestSession session, StoredModel? existing)
        {
            List<IngestedFile> files = [.. source.Files.Select(file => ImportFile(session, file))];
            CheckUnchanged();
            IngestedModel model = new(
                name,
                source.Metadata with { Tensors = [.. _tensors.Select((tensor, number) => tensor with { Sha256 = _tensorHashes[number] })] },
                MetadataJson.Write(source.Metadata.Metadata),
                source.Location.IsFolder,
                source.Location.DisplayPath,
                files,
                existing?.ModelId)
            {
                Pruned = options.Pruned,
            };
            bool resumed = session.IsResumed;
            long modelId = session.Complete(model, out IngestTotals totals);
            return Result(modelId, session.JobId, ImportStatus.Complete, totals, resumed);
        }

        private static void Abandon(IIngestSession session, JobStatus status, Exception error)
        {
            try
            {
                string? code = error switch
                {
                    StoreException known => known.Code,
                    ModelFormatException known => known.Code,
                    _ => null,
                };
                session.Abandon(status, error.Message, code);
            }
            catch (Exception second) when (second is StoreException or IOException or System.Data.Common.DbException)
            {
                // The store that cannot even note the failure is the store that failed: the first error says so already.
            }
        }

        /// <summary>Whether a stored model has the very files of the source.</summary>
        private bool IsSame(StoredModel existing)
        {
            IReadOnlyList<StoredFile> stored = store.ListFiles(existing.ModelId);
            if (stored.Count != source.Files.Count ||
                !stored.Zip(source.Files).All(pair => pair.First.Path == pair.Second.Path && pair.First.SizeBytes == pair.Second.SizeBytes))
            {
                return false;
            }

            bool isSame = stored.Zip(source.Files).All(pair => Match(store.ListBlocks).Matches(pair.Second.Bytes, store.GetRecipe(pair.First.Sha256)));
            _done = isSame ? _done : 0;
            return isSame;
        }

        /// <summary>
        /// Whether a stored model that equals the source also lies where this import would put it: in the store, or in the very files of the
        /// source. Any other is imported anew, which copies its contents or refers to the files at hand.
        /// </summary>
        private bool IsPlacedAsWanted(StoredModel existing)
        {
            bool isPlaced = InPlaceImport.IsPlacedAsWanted(options, store, existing.ModelId, source);
            _done = isPlaced ? _done : 0;
            return isPlaced;
        }

        /// <summary>Holds files against recipes.</summary>
        private RecipeMatch Match(Func<ContentHash, IReadOnlyList<AtomBlock>> listBlocks) => new(listBlocks, count => Advance(count), Ending);

        private IngestedFile ImportFile(IIngestSession session, ModelFile file)
        {
            ContentHash fingerprint = FileDigest.Fingerprint(file.Bytes);
            FileLayout layout = FileLayout.Of(file.Path, file.SizeBytes, _tensors);
            FilePipeline pipeline = new(session, _tensors, options, Advance, Ending);
            foreach (int number in layout.LooseTensors)
            {
                StoreLooseTensor(session, pipeline, number);
            }

            if (_usesTwins && FindTwin(session, file, fingerprint, layout) is { } twin)
            {
                return new IngestedFile(file.Path, file.SizeBytes, twin, fingerprint, null);
            }

            FileOutcome outcome = pipeline.Run(file.Bytes, layout, options.InPlace ? InPlaceImport.Describe(file) : null);
            foreach ((int number, ContentHash hash) in outcome.TensorHashes)
            {
                _tensorHashes[number] = hash;
            }

            _reusedAtoms += outcome.ReusedAtoms;
            _newLiteralBytes += outcome.Segments.Sum(segment => segment.Literal?.Length ?? 0);
            return new IngestedFile(file.Path, file.SizeBytes, outcome.Sha256, fingerprint, outcome.Segments);
        }

        /// <summary>
        /// A stored file equal to this one, with the hashes of its tensors taken from its recipe: then nothing of it needs to be cut or
        /// hashed by parts.
        /// </summary>
        private ContentHash? FindTwin(IIngestSession session, ModelFile file, ContentHash fingerprint, FileLayout layout)
        {
            IReadOnlyList<ContentHash> candidates = store.FindFilesByFingerprint(file.SizeBytes, fingerprint);
            if (candidates.Count == 0)
            {
                return null;
            }

            long before = Interlocked.Read(ref _done);
            foreach (ContentHash hash in candidates.Where(candidate => !InPlaceImport.IsInPlace(store, candidate)))
            {
                if (session.FindRecipe(hash) is not { } segments || !Match(session.ListBlocks).Matches(file.Bytes, segments))
                {
                    continue;
                }

                Dictionary<long, RecipeSegment> recipe = segments
                    .Where(segment => segment.Atom is not null).ToDictionary(segment => segment.FileOffset);
                List<LayoutSegment> tensors = [.. layout.Segments.Where(segment => segment.TensorNumber >= 0)];
                if (tensors.All(tensor => recipe.TryGetValue(tensor.Offset, out RecipeSegment? segment) && segment.Length == tensor.Length))
                {
                    foreach (LayoutSegment tensor in tensors)
                    {
                        _tensorHashes[tensor.TensorNumber] = recipe[tensor.Offset].Atom!.Value;
                    }

                    _reusedAtoms += recipe.Count;
                    return hash;
                }
            }

            Interlocked.Exchange(ref _done, before);
            return null;
        }

        /// <summary>Stores the content of a tensor that has no run of its own in its file.</summary>
        private void StoreLooseTensor(IIngestSession session, FilePipeline pipeline, int number)
        {
            TensorInfo tensor = _tensors[number];
            if (tensor.SizeBytes == 0)
            {
                ContentHash empty = ContentHash.Of([]);
                session.WritePayload(empty, []);
                session.AddTensor(number, new IngestedTensor(empty, 0, []));
                _tensorHashes[number] = empty;
                return;
            }

            using ByteSource content = source.OpenTensor(tensor);
            FileOutcome outcome = pipeline.Run(content, FileLayout.OfTensor(number, content.Length));
            _tensorHashes[number] = outcome.TensorHashes[number];
            _reusedAtoms += outcome.ReusedAtoms;
        }

        /// <summary>Fails where a file was written to since it was opened: its hashes may belong to two different states of it.</summary>
        private void CheckUnchanged()
        {
            foreach (ModelFile file in source.Files)
            {
                if (file.Bytes.HasChanged())
                {
                    throw new StoreException(StoreErrorCodes.SourceChanged, file.Bytes.Name, "the file was written to while it was imported; import it again");
                }
            }
        }

        private long Advance(long count)
        {
            long done = Interlocked.Add(ref _done, count);
            _session?.Report(Math.Min(done, source.SizeBytes));
            progress?.Report(new OperationProgress(name, Math.Min(done, source.SizeBytes), source.SizeBytes));
            return done;
        }

        private ImportResult Result(long modelId, long? jobId, ImportStatus status, IngestTotals totals, bool resumed)
        {
            string? unsettled = InPlaceImport.Settle(options, store, modelId, cancellation);
            long inPlace = InPlaceImport.CountBytes(store, modelId);
            return new ImportResult
            {
                Model = name,
                ModelId = modelId,
                JobId = jobId,
                Status = status,
                Source = source.Location.DisplayPath,
                Tensors = _tensors.Count,
                SizeBytes = source.SizeBytes,
                NewAtoms = totals.NewAtoms,
                NewBytes = totals.NewBytes,
                ReusedAtoms = _reusedAtoms,
                ReusedBytes = Math.Max(0, source.SizeBytes - totals.NewBytes - _newLiteralBytes - inPlace),
                InPlaceBytes = inPlace,
                Resumed = resumed,
                Seconds = 0,
                Warnings =
                [
                    .. source.Metadata.Warnings,
                    .. JobRequest.GranularityWarnings(_tensors, options.Granularity),
                    .. unsettled is null ? Array.Empty<string>() : [unsettled],
                ],
            };
        }
    }
}
