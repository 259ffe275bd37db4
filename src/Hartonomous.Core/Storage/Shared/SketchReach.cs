using System.Globalization;
using System.Text;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>Which sketches of a catalog a tenant and a filter allow to be found.</summary>
/// <param name="IsAllowed">By ordinal.</param>
/// <param name="Count">How many are.</param>
/// <param name="Pending">Contents that would be allowed and have no sketch.</param>
internal sealed record SketchReach(bool[] IsAllowed, int Count, long Pending)
{
    /// <summary>Encodings without a decoder: their tensors never get sketches.</summary>
    internal static readonly string Undecodable = string.Join(
        ", ", Enum.GetValues<TensorDtype>().Where(dtype => !TensorDecoder.CanDecode(dtype)).Select(dtype => $"'{dtype}'"));

    /// <summary>
    /// The condition of a filter on TensorAtoms t and Models m, in words that every database here takes; names and numbers in it come from
    /// enumerations and keys.
    /// </summary>
    public static string Condition(TenantScope scope, SpatialFilter filter)
    {
        StringBuilder sql = new("1 = 1");
        if (scope.TenantId is { } tenant)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND m.TenantId = {tenant}");
        }

        if (filter.ModelIds is { } models)
        {
            sql.Append($" AND t.ModelId IN ({(models.Count == 0 ? "NULL" : string.Join(", ", models))})");
        }

        if (filter.LayerTypes is { } layers)
        {
            sql.Append($" AND t.LayerType IN ({(layers.Count == 0 ? "NULL" : string.Join(", ", layers.Select(layer => $"'{layer}'")))})");
        }

        if (filter.Shape is { } shape)
        {
            sql.Append($" AND t.Shape = '{shape}'");
        }

        return sql.ToString();
    }

    /// <summary>Finds the sketches of atoms.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="atoms">The atoms allowed, by ascending key, and whether none of their tensors can be decoded.</param>
    public static SketchReach Of(SketchCatalog catalog, IEnumerable<(long AtomId, bool IsUndecodable)> atoms)
    {
        bool[] allowed = new bool[catalog.AtomIds.Length];
        int count = 0;
        long pending = 0;
        int at = 0;
        foreach ((long atom, bool isUndecodable) in atoms)
        {
            while (at < catalog.ByAtom.Length && catalog.AtomIds[catalog.ByAtom[at]] < atom)
            {
                at++;
            }

            int before = at;
            for (; at < catalog.ByAtom.Length && catalog.AtomIds[catalog.ByAtom[at]] == atom; at++)
            {
                allowed[catalog.ByAtom[at]] = true;
                count++;
            }

            if (at == before && !isUndecodable)
            {
                pending++;
            }
        }

        return new SketchReach(allowed, count, pending);
    }
}
