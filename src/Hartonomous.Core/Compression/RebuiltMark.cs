using System.Text.Json.Nodes;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>What files say of tensors in them that come from factors, as JSON: the name of each, with rank, error and the original's SHA-256.</summary>
internal static class RebuiltMark
{
    public static JsonObject Of(IEnumerable<StoredFactors> tensors)
    {
        JsonObject mark = [];
        foreach (StoredFactors tensor in tensors)
        {
            JsonObject entry = new()
            {
                ["rank"] = tensor.Layout.Rank,
                ["relative_error"] = tensor.Figures.RelativeError,
                ["tensor_error"] = tensor.Figures.TensorError,
                ["original_dtype"] = tensor.OriginalDtype.ToString(),
                ["original_sha256"] = tensor.OriginalHash.ToString(),
            };
            if (tensor.Figures.BaseModel is { } model)
            {
                entry["against"] = model;
            }

            mark[tensor.Tensor] = entry;
        }

        return mark;
    }
}
