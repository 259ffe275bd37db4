using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Reads the arguments of the functions of <c>torch/_utils.py</c> that make tensors of storages.
/// </summary>
internal sealed class PyTorchRebuild(string file, ReadLimits limits)
{
    // A parameter of a tensor that was on a device, or of a sparse one, whose parts are tensors.
    private const int MaxDepth = 4;

    /// <summary>
    /// What a call makes: one tensor under an empty name; the parts of a sparse one under the names that PyTorch gives them; none where the
    /// tensor has no values in the file (meta tensors).
    /// </summary>
    public IReadOnlyList<(string Part, PyTorchView View)> Make(PickleCall call) => Make(call, 0);

    private IReadOnlyList<(string Part, PyTorchView View)> Make(PickleCall call, int depth)
    {
        object?[] items = call.Arguments.Items;
        switch (call.Function.Name)
        {
            case "_rebuild_tensor" or "_rebuild_tensor_v2" or "_rebuild_qtensor":
                return [(string.Empty, Dense(items, null))];
            case "_rebuild_tensor_v3":
                return items.Length >= 7 && items[6] is PickleGlobal dtype ? [(string.Empty, Dense(items, dtype))] : throw Wrong(call);
            case "_rebuild_parameter" or "_rebuild_parameter_with_state" or "_rebuild_device_tensor_from_cpu_tensor":
                return items.Length >= 1 && items[0] is PickleCall inner && depth < MaxDepth ? Make(inner, depth + 1) : throw Wrong(call);
            case "_rebuild_sparse_tensor":
                return items is [_, PickleTuple parts] && depth < MaxDepth ? Sparse(parts.Items, depth + 1) : throw Wrong(call);
            case "_rebuild_meta_tensor_no_storage" or "_rebuild_wrapper_subclass":
                return [];
            default:
                throw Wrong(call);
        }
    }

    // COO: indices, values, size; the compressed layouts: pointers, indices, values, size.
    private List<(string Part, PyTorchView View)> Sparse(object?[] items, int depth)
    {
        PickleCall[] tensors = [.. items.OfType<PickleCall>()];
        string[] names = tensors.Length switch
        {
            2 => [".indices", ".values"],
            3 => [".compressed_indices", ".plain_indices", ".values"],
            _ => throw new ModelFormatException(PyTorchErrorCodes.Rebuild, file, null,
            $"a sparse tensor has {tensors.Length} parts; 2 or 3 are known"),
        };
        List<(string Part, PyTorchView View)> made = [];
        for (int i = 0; i < tensors.Length; i++)
        {
            made.Add((names[i], Make(tensors[i], depth) is [("", var view)] ? view : throw Wrong(tensors[i])));
        }

        return made;
    }

    // (storage, offset, size, stride, ...)
    private PyTorchView Dense(object?[] items, PickleGlobal? named)
    {
        if (items is not [PyTorchStorageView part, long offset, PickleTuple sizes, PickleTuple strides, ..] ||
            !TryNumbers(sizes, out long[] size) || !TryNumbers(strides, out long[] stride))
        {
            throw new ModelFormatException(
                PyTorchErrorCodes.Rebuild, file, null, "a tensor is not made of a storage, an offset, a size and strides");
        }

        TensorDtype dtype = part.Storage.Dtype;
        if (named is not null && !PyTorchDtypes.TryGetDtype(named, out dtype))
        {
            throw new ModelFormatException(
                PyTorchErrorCodes.Dtype, file, null, $"a tensor is of {ErrorText.Quote(named.FullName)}, whose values are not known");
        }

        if (size.Length > limits.Rank)
        {
            throw new ModelFormatException(
                PyTorchErrorCodes.Rank, file, null, $"a tensor has {size.Length} dimensions, {limits.Rank} are accepted");
        }

        PyTorchView view = new(part, dtype, offset, size, stride);
        Check(view);
        return view;
    }

    private void Check(PyTorchView view)
    {
        bool isValid = view.Offset >= 0 && view.Size.Length == view.Stride.Length &&
            TensorShape.TryCountElements(view.Size, out long elements) &&
            view.Dtype.TryGetByteCount(elements, out _) && view.Stride.All(stride => stride >= 0) && IsWithin(view);
        if (!isValid)
        {
            throw new ModelFormatException(
                PyTorchErrorCodes.View,
                file,
                null,
                $"a tensor of size [{Text(view.Size)}] and strides [{Text(view.Stride)}] from {view.Offset} on is not within its storage "
                + $"{ErrorText.Quote(view.Part.Storage.Key)} of {view.Part.SizeBytes} bytes");
        }
    }

    private static bool IsWithin(PyTorchView view)
    {
        UInt128 end = (ulong)view.Offset;
        if (!view.Size.Contains(0))
        {
            end += 1;
            for (int i = 0; i < view.Size.Length; i++)
            {
                // At most 64 products below 2^126: they could pass 2^128, so each is held against the storage at once.
                end += (UInt128)(ulong)(view.Size[i] - 1) * (ulong)view.Stride[i];
                if (end > long.MaxValue)
                {
                    return false;
                }
            }
        }

        return end * (ulong)view.Dtype.Layout().Bytes <= (ulong)view.Part.SizeBytes;
    }

    private static bool TryNumbers(PickleTuple tuple, out long[] numbers)
    {
        numbers = [.. tuple.Items.OfType<long>()];
        return numbers.Length == tuple.Items.Length;
    }

    private static string Text(long[] numbers) => string.Join(", ", numbers.Take(16)) + (numbers.Length > 16 ? ", ..." : string.Empty);

    private ModelFormatException Wrong(PickleCall call) =>
        new(PyTorchErrorCodes.Rebuild, file, null, $"{call.Function.Name} has arguments that make no tensor");
}
