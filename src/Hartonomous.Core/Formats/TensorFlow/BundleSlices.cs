using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Finds the slices of a partitioned variable and holds them against its shape.</summary>
internal static class BundleSlices
{
    /// <summary>The slices with their extents written out.</summary>
    /// <param name="entry">The variable.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="find">Finds the data of a slice by its key and shape, or null.</param>
    /// <param name="error">Makes an error of a code and a problem.</param>
    /// <exception cref="ModelFormatException">A slice is not there, they overlap, or they leave something out.</exception>
    public static List<(SliceExtent[] Extents, StoredTensor Stored)> Resolve(
        BundleEntry entry,
        TensorShape shape,
        Func<string, TensorShape, StoredTensor?> find,
        Func<string, string, ModelFormatException> error)
    {
        List<(SliceExtent[] Extents, StoredTensor Stored)> slices = [];
        Int128 covered = 0;
        foreach (SliceExtent[] said in entry.Slices)
        {
            SliceExtent[] extents = Clip(said, shape) ?? throw error(TensorFlowErrorCodes.Slices, "has a slice outside its shape");
            TensorShape part = new([.. extents.Select(extent => extent.Length)]);
            StoredTensor stored = find(SliceKey.Encode(entry.Key, said), part)
                ?? throw error(TensorFlowErrorCodes.Slices, $"has a slice of shape {part} that is not in the checkpoint");
            if (slices.Exists(slice => Overlap(slice.Extents, extents)))
            {
                throw error(TensorFlowErrorCodes.Slices, "has slices that overlap");
            }

            covered += part.ElementCount;
            slices.Add((extents, stored));
        }

        // Parts that do not overlap and together have as many values as the whole leave nothing out.
        return covered == shape.ElementCount
            ? slices
            : throw error(TensorFlowErrorCodes.Slices, $"has {shape.ElementCount} values, its slices have {covered}");
    }

    private static SliceExtent[]? Clip(SliceExtent[] said, TensorShape shape)
    {
        if (said.Length != shape.Rank)
        {
            return null;
        }

        SliceExtent[] extents = new SliceExtent[said.Length];
        for (int d = 0; d < said.Length; d++)
        {
            (long start, long length) = said[d];
            long size = shape.Dimensions[d];
            length = length == SliceExtent.Full && start == 0 ? size : length;
            if (start < 0 || length < 0 || start > size || length > size - start)
            {
                return null;
            }

            extents[d] = new SliceExtent(start, length);
        }

        return extents;
    }

    private static bool Overlap(SliceExtent[] a, SliceExtent[] b)
    {
        for (int d = 0; d < a.Length; d++)
        {
            if (a[d].Start + a[d].Length <= b[d].Start || b[d].Start + b[d].Length <= a[d].Start)
            {
                return false;
            }
        }

        return true;
    }
}
