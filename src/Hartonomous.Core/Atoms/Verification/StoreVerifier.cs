using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Verification;

/// <summary>
/// Proves a store: structure and counts always; on request also every payload, every tensor put together from its blocks, and every file
/// from its recipe, each against its SHA-256. The store is verified whole, whichever tenant it was opened for. What fails is looked at again
/// before it is reported: another process may have removed it.
/// </summary>
public sealed class StoreVerifier(IModelStore store)
{
    private const int BatchItems = 32;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(5);

    /// <summary>Verifies the store.</summary>
    /// <param name="full">Whether every payload is read and hashed.</param>
    /// <param name="progress">Told how far a full verification is.</param>
    /// <param name="cancellation">Ends the verification.</param>
    public VerifyReport Verify(bool full, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default) =>
        Verify(new VerifyOptions { Full = full }, progress, cancellation);

    /// <summary>Verifies the store.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far a full verification is.</param>
    /// <param name="cancellation">Ends the verification; a full one can be resumed.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public VerifyReport Verify(VerifyOptions options, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Stopwatch clock = Stopwatch.StartNew();
        List<VerifyFinding> findings = [];
        Dictionary<string, long> counts = new(store.CheckStructure(options.Full, findings.Add, cancellation));
        if (!options.Full)
        {
            return new VerifyReport(false, counts, findings, clock.Elapsed.TotalSeconds);
        }

        VerifyState? kept = options.Resume ? VerifyState.Parse(store.LoadVerification()) : null;
        VerifyState state = kept ?? new VerifyState();
        bool complete = true;
        using (CancellationTokenSource limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation))
        {
            if (options.TimeLimit is { } limit)
            {
                // A delay of nothing would still let the first steps through.
                Action stop = limit <= TimeSpan.Zero ? limited.Cancel : () => limited.CancelAfter(limit);
                stop();
            }

            try
            {
                limited.Token.ThrowIfCancellationRequested();
                using IModelStore whole = store.ForTenant(TenantNames.All);
                new Run(whole, state, progress, limited.Token).Execute();
                if (PrunedCheck.Run(whole, store.Tenant, findings.Add, limited.Token) is > 0 and long pruned)
                {
                    counts["prunedTensors"] = pruned;
                }

                store.SaveVerification(null);
            }
            catch (OperationCanceledException)
            {
                store.SaveVerification(state.Format());
                cancellation.ThrowIfCancellationRequested();
                complete = false;
            }
        }

        foreach ((string what, long count) in state.Counts)
        {
            counts[what] = count;
        }

        findings.AddRange(state.Findings.Except(findings));
        return new VerifyReport(true, counts, findings, clock.Elapsed.TotalSeconds) { Complete = complete, Resumed = kept is not null };
    }

    /// <summary>The reading part of one run.</summary>
    private sealed class Run(IModelStore store, VerifyState state, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        private readonly Lock _gate = new();
        private readonly long _totalBytes = store.GetStatistics().BytesStored + store.ListRecipes(0).Sum(recipe => recipe.SizeBytes);
        private long _saved = Stopwatch.GetTimestamp();

        public void Execute()
        {
            if (state.Stage == VerifyState.Payloads)
            {
                store.CheckPayloads(state.Position, PassPayload, Add, new Bytes(Advance), cancellation);
                Next(VerifyState.Tensors);
            }

            if (state.Stage == VerifyState.Tensors)
            {
                CheckAll("composedTensors", store.ListComposedAtoms(After()), tensor => tensor.Key, tensor => Check(tensor.Hash, CheckTensor));
                Next(VerifyState.Files);
            }

            if (state.Stage == VerifyState.Files)
            {
                CheckAll("files", store.ListRecipes(After()), recipe => recipe.Key, recipe => Check(recipe.Sha256, _ => CheckFile(recipe)));
                Next(VerifyState.Done);
            }
        }

        private long After() => state.Position is { } position ? long.Parse(position, CultureInfo.InvariantCulture) : 0;

        private void Next(int stage)
        {
            state.Stage = stage;
            state.Position = null;
        }

        private void PassPayload(string position) => Pass(position, "payloads", 1);

        private void Pass(string position, string what, long count)
        {
            lock (_gate)
            {
                state.Position = position;
                state.Counts[what] = state.Counts.GetValueOrDefault(what) + count;
            }

            if (Stopwatch.GetElapsedTime(_saved) >= SaveInterval)
            {
                store.SaveVerification(state.Format());
                _saved = Stopwatch.GetTimestamp();
            }
        }

        private void Add(VerifyFinding finding)
        {
            lock (_gate)
            {
                state.Findings.Add(finding);
            }
        }

        private void Advance(long bytes)
        {
            lock (_gate)
            {
                state.Bytes += bytes;
            }

            progress?.Report(new OperationProgress(store.DisplayName, Math.Min(state.Bytes, _totalBytes), _totalBytes));
        }

        /// <summary>Checks items on all cores, batch by batch, so that there is a place to go on from.</summary>
        private void CheckAll<T>(string what, IEnumerable<T> items, Func<T, long> key, Action<T> check)
        {
            state.Counts.TryAdd(what, 0);
            foreach (T[] batch in items.Chunk(BatchItems))
            {
                ParallelWork.ForEach(batch, check, cancellation);
                Pass(key(batch[^1]).ToString(CultureInfo.InvariantCulture), what, batch.Length);
            }
        }

        /// <summary>
        /// Checks one content. What fails is checked once more, and reported if it fails again and is still there: others remove and
        /// compact at the same time.
        /// </summary>
        private void Check(ContentHash hash, Func<ContentHash, VerifyFinding?> check)
        {
            if (check(hash) is not null && store.IsKnown(hash) && check(hash) is { } finding && store.IsKnown(hash))
            {
                Add(finding);
            }
        }

        private VerifyFinding? CheckTensor(ContentHash hash)
        {
            try
            {
                using ByteSource content = store.OpenAtom(hash);
                ContentHash actual = FileDigest.Sha256(content, null, cancellation);
                return actual == hash
                    ? null
                    : new VerifyFinding(VerifyFindingCodes.AtomContent, hash.ToString(), $"its blocks put together have the SHA-256 {actual}");
            }
            catch (Exception error) when (error is StoreException or ModelFormatException)
            {
                return new VerifyFinding(VerifyFindingCodes.AtomContent, hash.ToString(), error.Message);
            }
        }

        private VerifyFinding? CheckFile((long Key, ContentHash Sha256, long SizeBytes, ContentHash Fingerprint) recipe)
        {
            string subject = recipe.Sha256.ToString();
            try
            {
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                FileSampler sampler = new(Math.Max(0, recipe.SizeBytes));
                foreach ((byte[] buffer, int length) in new RecipeReader(store).Read(recipe.Sha256))
                {
                    cancellation.ThrowIfCancellationRequested();
                    hash.AppendData(buffer, 0, length);
                    sampler.Append(buffer.AsSpan(0, length));
                    ArrayPool<byte>.Shared.Return(buffer);
                    Advance(length);
                }

                ContentHash actual = new(hash.GetHashAndReset());
                if (actual != recipe.Sha256)
                {
                    return new VerifyFinding(VerifyFindingCodes.RecipeContent, subject, $"the recipe gives a file with the SHA-256 {actual}");
                }

                ContentHash fingerprint = sampler.Finish();
                return fingerprint == recipe.Fingerprint
                    ? null
                    : new VerifyFinding(
                        VerifyFindingCodes.RecipeFingerprint, subject, $"the file's fingerprint is {fingerprint}, {recipe.Fingerprint} is recorded");
            }
            catch (Exception error) when (error is StoreException or ModelFormatException)
            {
                return new VerifyFinding(VerifyFindingCodes.RecipeContent, subject, error.Message);
            }
        }
    }

    private sealed class Bytes(Action<long> advance) : IProgress<long>
    {
        public void Report(long value) => advance(value);
    }
}
