using System.Diagnostics;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.LinearAlgebra;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>Compresses tensors of stored models to low-rank factors. What misses its bound, or would not become smaller, is left alone and says so.</summary>
/// <param name="store">The store, open for the tenant that owns the model.</param>
public sealed class ModelCompressor(IModelStore store)
{
    /// <summary>Largest magnitude that a half holds.</summary>
    private const float MaxHalf = 65504;

    /// <summary>Compresses the tensors of a request, one after the other; the factors of each are stored at once.</summary>
    /// <param name="request">What and how.</param>
    /// <param name="report">Told of each tensor when it is done; where originals are dropped, of all of them at the end.</param>
    /// <param name="progress">Told how far it is, in bytes of tensors.</param>
    /// <param name="cancellation">Ends it; what is stored by then stays.</param>
    /// <exception cref="StoreException">
    /// Originals are to be dropped from files that cannot be written anew (<c>REBUILD_FORMAT</c>); the tenant's quota is reached; what is stored
    /// is damaged.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public IReadOnlyList<CompressionResult> Compress(
        CompressionRequest request,
        Action<CompressionResult>? report = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Options.Validate();
        if (request.DropOriginals)
        {
            new ModelRebuilder(store).RequireRewritable(request.Model, request.Tensors);
        }

        Dictionary<string, TensorInfo> bases = [];
        foreach (StoredTensor tensor in request.Against is { } against ? store.ListTensors(against.ModelId) : [])
        {
            bases.TryAdd(tensor.Info.Name, tensor.Info);
        }

        HashSet<long> dropped = [.. store.Factors.List(request.Model.ModelId).Where(factors => factors.IsDropped).Select(factors => factors.TensorAtomId)];
        List<CompressionResult> results = [];
        HashSet<long> compressed = [];
        long done = 0;
        long total = request.Tensors.Sum(tensor => tensor.Info.SizeBytes);
        foreach (StoredTensor tensor in request.Tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new OperationProgress(tensor.Info.Name, done, total));
            CompressionResult result = dropped.Contains(tensor.TensorAtomId)
                ? new CompressionResult { Model = request.Model.Name, Tensor = tensor.Info, Status = CompressionStatus.AlreadyDropped }
                : Compress(request, tensor, bases.GetValueOrDefault(tensor.Info.Name), cancellation);
            if (result.Status == CompressionStatus.Compressed)
            {
                compressed.Add(tensor.TensorAtomId);
            }

            results.Add(result);
            done += tensor.Info.SizeBytes;
            if (!request.DropOriginals)
            {
                report?.Invoke(result);
            }
        }

        if (request.DropOriginals)
        {
            results = Drop(request, results, compressed, cancellation);
            results.ForEach(result => report?.Invoke(result));
        }

        return results;
    }

    private List<CompressionResult> Drop(
        CompressionRequest request, List<CompressionResult> results, HashSet<long> compressed, CancellationToken cancellation)
    {
        if (compressed.Count == 0 || request.IsTrial)
        {
            return results;
        }

        new ModelRebuilder(store).Rebuild(request.Model, compressed, null, cancellation);
        return [.. results.Select(result => result with { IsDropped = result.Status == CompressionStatus.Compressed })];
    }

    private CompressionResult Compress(CompressionRequest request, StoredTensor tensor, TensorInfo? baseTensor, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        TensorInfo info = tensor.Info;
        MatrixShape? shape = MatrixShape.Of(info.Shape);
        CompressionResult result = new()
        {
            Model = request.Model.Name,
            Tensor = info,
            Status = CompressionStatus.Compressed,
            Against = request.Against?.Name,
            Rows = shape?.Rows ?? 0,
            Columns = shape?.Columns ?? 0,
        };
        if (Refusal(request, info, shape, baseTensor) is { } refusal)
        {
            return result with { Status = refusal };
        }

        float[] values = Read(request.Model, info, cancellation);
        float[] difference = baseTensor is null ? values : Subtract(values, Read(request.Against!, baseTensor, cancellation));
        Matrix matrix = new((int)shape!.Value.Rows, (int)shape.Value.Columns, difference);
        LowRankResult factors = new LowRankCompressor(request.Options).Compress(matrix, info.SizeBytes, Noise(values, info.Dtype, matrix), cancellation);
        if (factors.Status == CompressionStatus.Compressed)
        {
            TensorFactors stored = Encode(request, factors, info, baseTensor, values, cancellation);
            if (double.IsFinite(stored.Figures.TensorError))
            {
                if (!request.IsTrial)
                {
                    store.Factors.Put(tensor.TensorAtomId, stored);
                }

                result = result with { TensorError = stored.Figures.TensorError, BytesAfter = stored.Left.LongLength + stored.Right.LongLength };
            }
            else
            {
                factors = new LowRankResult { Status = CompressionStatus.NotFinite };
            }
        }

        return result with
        {
            Status = factors.Status,
            Rank = factors.Rank > 0 ? factors.Rank : null,
            RelativeError = factors.RelativeError,
            SpectralError = factors.SpectralError,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private static CompressionStatus? Refusal(CompressionRequest request, TensorInfo info, MatrixShape? shape, TensorInfo? baseTensor) =>
        info.Shape.ElementCount < request.Options.MinElements ? CompressionStatus.TooSmall
        : shape is null ? CompressionStatus.NotMatrix
        : !IsReal(info.Dtype) ? CompressionStatus.NotReal
        : info.Shape.ElementCount > Matrix.MaxElements ? CompressionStatus.TooLarge
        : request.Against is not null && (baseTensor is null || baseTensor.Shape != info.Shape || !IsReal(baseTensor.Dtype)) ? CompressionStatus.NoBase
        : null;

    /// <summary>Whether an encoding is of real numbers: floats, and ggml's blocks.</summary>
    private static bool IsReal(TensorDtype dtype) => TensorDecoder.CanDecode(dtype) &&
        (dtype.Quantization() != QuantizationType.None || dtype is >= TensorDtype.F4 and <= TensorDtype.F64);

    private float[] Read(StoredModel model, TensorInfo tensor, CancellationToken cancellation) =>
        TensorReading.Read(ModelTensors.Of(store, model), tensor, cancellation: cancellation);

    private static float[] Subtract(float[] values, float[] others)
    {
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = values[i] - others[i];
        }

        return others;
    }

    /// <summary>
    /// About the largest singular value of the rounding errors in values of an encoding: independent errors of half a unit in the last place at most, whose
    /// matrix has a norm of their size times the sum of the roots of its sides.
    /// </summary>
    private static double Noise(float[] values, TensorDtype dtype, Matrix matrix)
    {
        double unit = dtype switch
        {
            TensorDtype.F32 or TensorDtype.F64 => Math.ScaleB(1, -24),
            TensorDtype.F16 => Math.ScaleB(1, -11),
            TensorDtype.BF16 => Math.ScaleB(1, -8),
            _ => 0,
        };
        double size = LowRankResidual.FrobeniusNorm(new Matrix(matrix.Rows, matrix.Columns, values)) / Math.Sqrt(values.LongLength);
        return unit / Math.Sqrt(3) * size * (Math.Sqrt(matrix.Rows) + Math.Sqrt(matrix.Columns));
    }

    private TensorFactors Encode(
        CompressionRequest request, LowRankResult factors, TensorInfo info, TensorInfo? baseTensor, float[] values, CancellationToken cancellation)
    {
        TensorDtype dtype = info.Dtype is TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16 ? info.Dtype
            : info.Dtype == TensorDtype.F64 || values.AsSpan().ContainsAnyExceptInRange(-MaxHalf, MaxHalf) ? TensorDtype.F32
            : TensorDtype.F16;
        FactorLayout layout = new(dtype, factors.Left!.Rows, factors.Right!.Columns, factors.Rank, request.Options.FactorType, baseTensor?.Dtype);
        byte[] left = Encode(factors.Left, layout.FactorDtype);
        byte[] right = Encode(factors.Right, layout.FactorDtype);
        using FactoredByteSource content = new(
            info.Name,
            layout,
            new MemoryByteSource(info.Name, left),
            new MemoryByteSource(info.Name, right),
            baseTensor is null ? null : ModelTensors.Of(store, request.Against!).Open(baseTensor));
        ContentHash hash = FileDigest.Sha256(content, null, cancellation);
        double error = ErrorOf(new TensorValues(content, dtype, info.Shape), values, cancellation);
        return new TensorFactors(
            layout,
            left,
            right,
            baseTensor?.Sha256,
            hash,
            new FactorFigures(factors.RelativeError!.Value, factors.SpectralError!.Value, error, request.Against?.Name));
    }

    private static byte[] Encode(Matrix matrix, TensorDtype dtype)
    {
        dtype.TryGetByteCount(matrix.Values.LongLength, out long length);
        byte[] bytes = new byte[length];
        TensorEncoder.Encode(dtype, matrix.Values, bytes);
        return bytes;
    }

    /// <summary>Relative Frobenius distance of values from others.</summary>
    private static double ErrorOf(TensorValues content, float[] values, CancellationToken cancellation)
    {
        const int Chunk = 1 << 18;
        float[] buffer = new float[Math.Min(Chunk, values.Length)];
        double difference = 0;
        double whole = 0;
        for (int start = 0; start < values.Length; start += buffer.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            Span<float> part = buffer.AsSpan(0, Math.Min(buffer.Length, values.Length - start));
            content.Read(start, part);
            ReadOnlySpan<float> original = values.AsSpan(start, part.Length);
            whole += DoubleKernels.SumOfSquares(original);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] -= original[i];
            }

            difference += DoubleKernels.SumOfSquares(part);
        }

        return whole > 0 ? Math.Sqrt(difference / whole) : difference > 0 ? double.PositiveInfinity : 0;
    }
}
