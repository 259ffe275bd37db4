using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// Proves a store: structure and counts always; on request also every payload, every tensor put together from its blocks, and every file
/// from its recipe, each against its SHA-256. The store is verified whole, whichever tenant it was opened for.
/// </summary>
public sealed class StoreVerifier(IModelStore store)
{
    /// <summary>Verifies the store.</summary>
    /// <param name="full">Whether every payload is read and hashed.</param>
    /// <param name="progress">Told how far a full verification is.</param>
    /// <param name="cancellation">Ends the verification.</param>
    public VerifyReport Verify(bool full, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        Stopwatch clock = Stopwatch.StartNew();
        List<VerifyFinding> findings = [];
        using IModelStore whole = store.ForTenant(TenantNames.All);
        List<(ContentHash Sha256, long SizeBytes)> recipes = full ? [.. whole.ListRecipes()] : [];
        StoreStatistics? statistics = full ? whole.GetStatistics() : null;
        Counter counter = new(store.DisplayName, (statistics?.BytesStored ?? 0) + recipes.Sum(recipe => recipe.SizeBytes), progress);

        Dictionary<string, long> counts = new(store.CheckStructure(full, Add, full ? counter : null, cancellation));
        if (full)
        {
            counts["composedTensors"] = CheckAll(whole.ListComposedAtoms(), CheckTensor, cancellation);
            counts["files"] = CheckAll(recipes, recipe => CheckFile(recipe.Sha256, counter), cancellation);
        }

        return new VerifyReport(full, counts, findings, clock.Elapsed.TotalSeconds);

        void Add(VerifyFinding finding)
        {
            lock (findings)
            {
                findings.Add(finding);
            }
        }

        void CheckTensor(ContentHash hash)
        {
            try
            {
                using ByteSource content = whole.OpenAtom(hash);
                ContentHash actual = FileDigest.Sha256(content, null, cancellation);
                if (actual != hash)
                {
                    Add(new VerifyFinding(VerifyFindingCodes.AtomContent, hash.ToString(), $"its blocks put together have the SHA-256 {actual}"));
                }
            }
            catch (Exception error) when (error is StoreException or ModelFormatException)
            {
                Add(new VerifyFinding(VerifyFindingCodes.AtomContent, hash.ToString(), error.Message));
            }
        }

        void CheckFile(ContentHash sha256, Counter total)
        {
            try
            {
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                foreach ((byte[] buffer, int length) in new RecipeReader(whole).Read(sha256))
                {
                    cancellation.ThrowIfCancellationRequested();
                    hash.AppendData(buffer, 0, length);
                    ArrayPool<byte>.Shared.Return(buffer);
                    total.Report(length);
                }

                ContentHash actual = new(hash.GetHashAndReset());
                if (actual != sha256)
                {
                    Add(new VerifyFinding(VerifyFindingCodes.RecipeContent, sha256.ToString(), $"the recipe gives a file with the SHA-256 {actual}"));
                }
            }
            catch (Exception error) when (error is StoreException or ModelFormatException)
            {
                Add(new VerifyFinding(VerifyFindingCodes.RecipeContent, sha256.ToString(), error.Message));
            }
        }
    }

    private static long CheckAll<T>(IEnumerable<T> items, Action<T> check, CancellationToken cancellation)
    {
        long count = 0;
        ParallelWork.ForEach(
            items,
            item =>
            {
                check(item);
                Interlocked.Increment(ref count);
            },
            cancellation);
        return count;
    }

    /// <summary>Adds up the bytes that several threads report.</summary>
    private sealed class Counter(string item, long total, IProgress<OperationProgress>? progress) : IProgress<long>
    {
        private long _done;

        public void Report(long value) =>
            progress?.Report(new OperationProgress(item, Math.Min(Interlocked.Add(ref _done, value), total), total));
    }
}
