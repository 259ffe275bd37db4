using System.Collections.Specialized;
using System.Text.Json;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Makes the objects that cmdlets write of what the core returns. No type of the core leaves the module.</summary>
internal static class Convert
{
    public static HartModelFile ModelFile(ModelSource source) => new()
    {
        Name = source.Location.Name,
        Path = source.Location.DisplayPath,
        Format = source.Metadata.Format.ToString(),
        Variant = source.Metadata.Variant,
        Architecture = source.Metadata.Architecture,
        ParameterCount = source.Metadata.ParameterCount,
        TensorCount = source.Metadata.Tensors.Count,
        SizeBytes = source.SizeBytes,
        Files = [.. source.Files.Select(file => new HartFile { Path = file.Path, SizeBytes = file.SizeBytes })],
        Metadata = Metadata(MetadataJson.Write(source.Metadata.Metadata)),
        Warnings = [.. source.Metadata.Warnings],
    };

    public static HartTensorInfo TensorInfo(TensorInfo tensor, string modelPath) => new()
    {
        Name = tensor.Name,
        Shape = [.. tensor.Shape.Dimensions],
        Dtype = tensor.Dtype.ToString(),
        Quantization = tensor.Quantization.ToString(),
        LayerType = Layer(tensor.LayerType),
        LayerIndex = tensor.LayerIndex,
        ElementCount = tensor.Shape.ElementCount,
        SizeBytes = tensor.SizeBytes,
        File = tensor.File,
        Offset = tensor.Offset,
        Sha256 = tensor.Sha256?.ToString(),
        ModelPath = modelPath,
    };

    public static HartModel Model(StoredModel model, string store) => new()
    {
        ModelId = model.ModelId,
        Name = model.Name,
        Tenant = model.Tenant,
        Format = model.Format.ToString(),
        Variant = model.Variant,
        Architecture = model.Architecture,
        ParameterCount = model.ParameterCount,
        TensorCount = model.Tensors,
        SizeBytes = model.SizeBytes,
        IsFolder = model.IsFolder,
        SourcePath = model.SourcePath,
        ImportedAt = model.ImportedAtUtc,
        Metadata = Metadata(model.MetadataJson),
        Store = store,
    };

    public static HartCompression Compression(CompressionResult result, string tenant, bool isTrial, string store) => new()
    {
        Model = result.Model,
        Tenant = tenant,
        Name = result.Tensor.Name,
        Status = Enum.Parse<HartCompressionStatus>(result.Status.ToString()),
        Against = result.Against,
        Rows = result.Rows,
        Columns = result.Columns,
        Rank = result.Rank,
        RelativeError = result.RelativeError,
        SpectralError = result.SpectralError,
        TensorError = result.TensorError,
        Energy = result.Energy,
        BytesBefore = result.BytesBefore,
        BytesAfter = result.BytesAfter,
        Ratio = result.Ratio,
        IsDropped = result.IsDropped,
        IsTrial = isTrial,
        Duration = TimeSpan.FromSeconds(result.Seconds),
        Store = store,
    };

    public static HartExpandedTensor Expanded(ExpandResult result, StoredFactors tensor, string store) => new()
    {
        Model = result.Model,
        Name = tensor.Tensor,
        Dtype = tensor.Layout.Dtype.ToString(),
        Rank = tensor.Layout.Rank,
        RelativeError = tensor.Figures.RelativeError,
        TensorError = tensor.Figures.TensorError,
        SizeBytes = tensor.Layout.SizeBytes,
        Sha256 = tensor.Content.ToString(),
        Path = result.Path,
        NewModel = result.NewModel,
        Store = store,
    };

    public static HartTensor Tensor(StoredTensor tensor, string tenant, string store) => new()
    {
        TensorAtomId = tensor.TensorAtomId,
        Model = tensor.Model,
        Tenant = tenant,
        Name = tensor.Info.Name,
        Shape = [.. tensor.Info.Shape.Dimensions],
        Dtype = tensor.Info.Dtype.ToString(),
        Quantization = tensor.Info.Quantization.ToString(),
        LayerType = Layer(tensor.Info.LayerType),
        LayerIndex = tensor.Info.LayerIndex,
        ElementCount = tensor.Info.Shape.ElementCount,
        SizeBytes = tensor.Info.SizeBytes,
        Sha256 = tensor.Info.Sha256?.ToString(),
        File = tensor.Info.File,
        Offset = tensor.Info.Offset,
        LastAccessedAt = tensor.LastAccessedAtUtc,
        PrunedFrom = tensor.PrunedFrom?.ToString(),
        Store = store,
    };

    public static HartImportResult Import(ImportResult result, string tenant, string store) => new()
    {
        Model = result.Model,
        Tenant = tenant,
        ModelId = result.ModelId,
        JobId = result.JobId,
        Status = result.Status == ImportStatus.Unchanged ? HartImportStatus.Unchanged : HartImportStatus.Complete,
        Source = result.Source,
        TensorCount = result.Tensors,
        SizeBytes = result.SizeBytes,
        NewAtoms = result.NewAtoms,
        NewBytes = result.NewBytes,
        ReusedAtoms = result.ReusedAtoms,
        ReusedBytes = result.ReusedBytes,
        InPlaceBytes = result.InPlaceBytes,
        Resumed = result.Resumed,
        Duration = TimeSpan.FromSeconds(result.Seconds),
        Store = store,
    };

    public static HartTensorStatistics Statistics(ModelTensors model, TensorInfo tensor, ValueStatistics values) => new()
    {
        Model = model.DisplayName,
        Name = tensor.Name,
        Dtype = tensor.Dtype.ToString(),
        Shape = [.. tensor.Shape.Dimensions],
        Count = values.Count,
        NanCount = values.NanCount,
        InfinityCount = values.InfinityCount,
        Min = values.Min,
        Max = values.Max,
        Mean = values.Mean,
        StandardDeviation = values.StandardDeviation,
        L1 = values.L1,
        L2 = values.L2,
        ZeroCount = values.ZeroCount,
        Sparsity = values.Sparsity,
        Histogram = values.Histogram is not { } histogram ? null : new HartHistogram
        {
            Low = histogram.Low,
            Width = histogram.Width,
            Counts = [.. histogram.Counts],
            Below = histogram.Below,
            Above = histogram.Above,
        },
    };

    public static HartIngestionJob Job(IngestionJob job, string store) => new()
    {
        JobId = job.JobId,
        Tenant = job.Tenant,
        Model = job.Model,
        SourcePath = job.SourcePath,
        Status = Enum.Parse<HartJobStatus>(job.Status.ToString()),
        State = job switch
        {
            { IsStopRequested: true, IsRunning: true } => "Stopping",
            { Status: JobStatus.Processing, IsRunning: false } => "Killed",
            _ => job.Status.ToString(),
        },
        IsRunning = job.IsRunning,
        IsStopRequested = job.IsStopRequested,
        CanResume = job.CanResume,
        Granularity = Enum.Parse<HartGranularity>(job.Granularity.ToString()),
        TensorCount = job.Tensors,
        TensorsDone = job.TensorsDone,
        BytesTotal = job.BytesTotal,
        BytesProcessed = job.BytesProcessed,
        PercentComplete = Math.Round(100 * job.Progress, 1),
        BytesPerSecond = job.BytesPerSecond is { } rate ? (long)rate : null,
        NewAtoms = job.NewAtoms,
        NewBytes = job.NewBytes,
        ModelId = job.ModelId,
        ErrorCode = job.ErrorCode,
        ErrorMessage = job.ErrorMessage,
        HostName = job.HostName,
        ProcessId = job.ProcessId,
        Runs = job.Runs,
        CreatedAt = job.CreatedAtUtc,
        StartedAt = job.StartedAtUtc,
        UpdatedAt = job.UpdatedAtUtc,
        EndedAt = job.EndedAtUtc,
        Store = store,
    };

    public static HartTenant Tenant(StoredTenant tenant, string store) => new()
    {
        TenantId = tenant.TenantId,
        Name = tenant.Name,
        Description = tenant.Description,
        MaxAtoms = tenant.MaxAtoms,
        MaxBytes = tenant.MaxBytes,
        ModelCount = tenant.Models,
        TensorCount = tenant.Tensors,
        AtomCount = tenant.Atoms,
        ByteCount = tenant.Bytes,
        BytesImported = tenant.BytesImported,
        CreatedAt = tenant.CreatedAtUtc,
        LastIngestedAt = tenant.LastIngestedAtUtc,
        Store = store,
    };

    public static Granularity Granularity(HartGranularity granularity) => Enum.Parse<Granularity>(granularity.ToString());

    /// <summary>By name: the members of both enumerations are the same, which a test holds them to.</summary>
    public static HartLayerType Layer(LayerType type) => Enum.Parse<HartLayerType>(type.ToString());

    private static OrderedDictionary Metadata(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return (OrderedDictionary)Value(document.RootElement)!;
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Dictionary(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.TryGetInt64(out long whole)
            ? whole
            : element.TryGetUInt64(out ulong large) ? large : (object)element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static OrderedDictionary Dictionary(JsonElement element)
    {
        // Keys differ by case in some files: a comparer that ignores it would lose entries.
        OrderedDictionary dictionary = new(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
        {
            dictionary[property.Name] = Value(property.Value);
        }

        return dictionary;
    }
}
