using System.Text;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>Says how each tensor of a model is written when the model is converted, and refuses what cannot be.</summary>
internal static class ConversionPlan
{
    /// <summary>Longest name of a tensor that ggml takes, in bytes: <c>GGML_MAX_NAME</c> of ggml.h, less the closing zero.</summary>
    private const int MaxGgufNameBytes = 63;

    /// <summary>
    /// The tensors with the encoding that each gets. Whole numbers, bools and complex numbers stay as they are. In GGUF, as llama.cpp has it,
    /// what has less than two dimensions becomes F32, and so do matrices whose rows do not fill whole blocks of a quantized encoding.
    /// </summary>
    /// <exception cref="StoreException">A tensor cannot be in such a file (<c>CONVERT_TENSOR</c>).</exception>
    /// <exception cref="ModelFormatException">A tensor cannot be decoded (<c>DECODE_UNSUPPORTED</c>).</exception>
    public static IReadOnlyList<(TensorInfo Tensor, TensorDtype Dtype)> Make(ModelTensors model, TensorDtype dtype, ModelFormat format)
    {
        List<(TensorInfo Tensor, TensorDtype Dtype)> plan = [];
        foreach (TensorInfo tensor in model.Tensors)
        {
            TensorDtype target = IsReal(tensor.Dtype) ? TargetOf(tensor.Shape, dtype, format) : tensor.Dtype;
            if (target != tensor.Dtype)
            {
                TensorReading.RequireDecodable(model, tensor);
            }

            if (FindObstacle(tensor, target, format) is { } obstacle)
            {
                throw new StoreException(
                    ConversionErrorCodes.Tensor, model.DisplayName, $"the tensor {ErrorText.Quote(tensor.Name)} cannot be in a {format} file: {obstacle}");
            }

            plan.Add((tensor, target));
        }

        // As the reference writer of SafeTensors has it, so that each tensor is aligned to its values.
        return format == ModelFormat.SafeTensors ? [.. plan.OrderByDescending(entry => SafeTensorsDtypes.AlignmentRank(entry.Dtype))] : plan;
    }

    private static TensorDtype TargetOf(TensorShape shape, TensorDtype dtype, ModelFormat format) =>
        format == ModelFormat.Gguf && (shape.Rank < 2 || shape.RowLength % dtype.Layout().Elements != 0) ? TensorDtype.F32 : dtype;

    private static string? FindObstacle(TensorInfo tensor, TensorDtype dtype, ModelFormat format)
    {
        if (format == ModelFormat.SafeTensors)
        {
            return SafeTensorsDtypes.Contains(dtype) ? null : $"it has no {dtype}, and these values are not converted";
        }

        return !GgufConstants.TryGetTypeId(dtype, out _) ? $"it has no {dtype}, and these values are not converted"
            : tensor.Shape.Rank > GgufConstants.MaxRank ? $"it has {tensor.Shape.Rank} dimensions, {GgufConstants.MaxRank} are the most there may be"
            : Encoding.UTF8.GetByteCount(tensor.Name) > MaxGgufNameBytes ? $"its name has more than {MaxGgufNameBytes} bytes"
            : null;
    }

    /// <summary>Whether values are real numbers that a conversion is about, rather than counts, places and masks.</summary>
    private static bool IsReal(TensorDtype dtype) => dtype is not (
        TensorDtype.BOOL or TensorDtype.I2 or TensorDtype.U2 or TensorDtype.I4 or TensorDtype.U4 or TensorDtype.I8 or TensorDtype.U8
        or TensorDtype.I16 or TensorDtype.U16 or TensorDtype.I32 or TensorDtype.U32 or TensorDtype.I64 or TensorDtype.U64
        or TensorDtype.C64 or TensorDtype.C128);
}
