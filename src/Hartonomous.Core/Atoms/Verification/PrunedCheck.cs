using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Verification;

/// <summary>Proves that the tensors that are recorded as pruned hold zeros. Contents that several of them have are read once.</summary>
internal static class PrunedCheck
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Checks all models of a store. Other tenants' models are named by their keys.</summary>
    /// <param name="store">The store, opened for all tenants.</param>
    /// <param name="tenant">The tenant that the findings are for.</param>
    /// <param name="report">Called for each finding.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <returns>Number of pruned tensors.</returns>
    public static long Run(IModelStore store, string tenant, Action<VerifyFinding> report, CancellationToken cancellation)
    {
        if (store is not IPruningStore pruning)
        {
            return 0;
        }

        long count = 0;
        Dictionary<ContentHash, bool> known = [];
        foreach (StoredModel model in store.ListModels())
        {
            HashSet<string> pruned = [.. pruning.ListPruned(model.ModelId).Select(tensor => tensor.Name)];
            count += pruned.Count;
            foreach (StoredTensor tensor in pruned.Count == 0 ? [] : store.ListTensors(model.ModelId).Where(tensor => pruned.Contains(tensor.Info.Name)))
            {
                ContentHash hash = tensor.Info.Sha256!.Value;
                if (!known.TryGetValue(hash, out bool isZero))
                {
                    known.Add(hash, isZero = IsZero(store, hash, cancellation));
                }

                if (!isZero)
                {
                    string subject = tenant == TenantNames.All || tenant == model.Tenant
                        ? $"{model.Name}: {tensor.Info.Name}"
                        : $"model {model.ModelId}: tensor {tensor.TensorAtomId}";
                    report(new VerifyFinding(VerifyFindingCodes.PrunedContent, subject, "it is recorded as pruned and does not hold zeros"));
                }
            }
        }

        return count;
    }

    private static bool IsZero(IModelStore store, ContentHash hash, CancellationToken cancellation)
    {
        try
        {
            using ByteSource content = store.OpenAtom(hash);
            byte[] buffer = new byte[(int)Math.Min(BufferBytes, content.Length)];
            for (long offset = 0; offset < content.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                Span<byte> read = buffer.AsSpan(0, (int)Math.Min(buffer.Length, content.Length - offset));
                content.ReadExactly(offset, read);
                if (read.ContainsAnyExcept((byte)0))
                {
                    return false;
                }

                offset += read.Length;
            }

            return true;
        }
        catch (Exception error) when (error is StoreException or ModelFormatException)
        {
            // Damaged or removed meanwhile: that is the other checks' to report.
            return true;
        }
    }
}
