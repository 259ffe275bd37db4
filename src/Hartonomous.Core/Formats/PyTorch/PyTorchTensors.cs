using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>Puts together what is known of each tensor once its storage's place is.</summary>
internal static class PyTorchTensors
{
    private const long ExpansionFrom = 4L * 1024 * 1024 * 1024;
    private const int MaxExpansion = 100;

    /// <summary>Describes the tensors of a graph.</summary>
    /// <param name="graph">The tensors as views.</param>
    /// <param name="file">The file.</param>
    /// <param name="order">Byte order of its storages.</param>
    /// <param name="places">Where each storage lies, by its key.</param>
    /// <exception cref="ModelFormatException">Repeated values would make far more of the file than it holds.</exception>
    public static List<PyTorchTensor> Describe(
        PyTorchGraph graph, ModelFile file, ByteOrder order, IReadOnlyDictionary<string, PyTorchPlace> places)
    {
        List<PyTorchTensor> tensors = new(graph.Tensors.Count);
        UInt128 expanded = 0;
        foreach ((string name, PyTorchView view) in graph.Tensors)
        {
            TensorShape shape = new(view.Size);
            view.Dtype.TryGetByteCount(shape.ElementCount, out long size);
            PyTorchPlace place = places[view.Part.Storage.Key];
            bool isRun = IsRun(view);
            expanded += isRun ? 0 : (ulong)size;
            if (expanded > ExpansionFrom && expanded / MaxExpansion > (ulong)file.SizeBytes)
            {
                throw new ModelFormatException(
                    PyTorchErrorCodes.Expansion,
                    file.Bytes.Name,
                    place.Offset,
                    $"{ErrorText.Quote(name)} and those before it repeat values up to {expanded} bytes, {MaxExpansion} times the file");
            }

            (LayerType layerType, int? layerIndex) = LayerClassifier.Classify(name);
            int width = view.Dtype.Layout().Bytes;
            TensorInfo info = new()
            {
                Name = name,
                Shape = shape,
                Dtype = view.Dtype,
                File = file.Path,
                Offset = place.Entry is null ? place.Offset + view.Part.Start + (size == 0 ? 0 : view.Offset * width) : place.Offset,
                SizeBytes = size,
                IsContiguous = isRun && place.Entry is null,
                ByteOrder = order,
                LayerType = layerType,
                LayerIndex = layerIndex,
            };
            tensors.Add(new PyTorchTensor(info, view, place, isRun));
        }

        return tensors;
    }

    /// <summary>The content of a tensor that does not lie in its file in one run; <paramref name="file"/> stays open.</summary>
    public static ByteSource Open(PyTorchTensor tensor, ByteSource file)
    {
        PyTorchView view = tensor.View;
        BlockLayout layout = tensor.Info.Dtype.Layout();
        long start = view.Part.Start;
        ByteSource storage;
        if (tensor.Place.Entry is not { } entry)
        {
            storage = file.Slice(tensor.Place.Offset, view.Part.Storage.SizeBytes);
        }
        else
        {
            // What lies in one run is inflated on the way; anything else needs the storage in any order.
            storage = tensor.IsRun ? tensor.Place.Archive!.Open(entry) : tensor.Place.Archive!.OpenRandom(entry);
        }

        long first = tensor.Info.SizeBytes == 0 ? start : start + (view.Offset * layout.Bytes);
        ByteSource stored = tensor.IsRun
            ? storage.Slice(first, tensor.Info.SizeBytes)
            : new StridedByteSource(storage, first, layout.Bytes, view.Size, view.Stride);
        ByteSource content = tensor.Info.ByteOrder == ByteOrder.Little || layout.IsByteOrderFree ? stored
            : new ByteOrderByteSource(stored, layout);
        return new OwningByteSource(content, storage);
    }

    // Neighbours along the innermost dimension lie side by side, and so on outwards; dimensions of 1 have no neighbours.
    private static bool IsRun(PyTorchView view)
    {
        if (view.Size.Contains(0))
        {
            return true;
        }

        long expected = 1;
        for (int i = view.Size.Length - 1; i >= 0; i--)
        {
            if (view.Size[i] != 1 && view.Stride[i] != expected)
            {
                return false;
            }

            expected *= view.Size[i];
        }

        return true;
    }
}
