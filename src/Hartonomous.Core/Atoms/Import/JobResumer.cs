using System.Globalization;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>
/// Takes up unfinished jobs: opens the source again, makes sure that it is what the job began with, and goes on from the checkpoint.
/// </summary>
public sealed class JobResumer(IModelStore store)
{
    /// <summary>Resumes a job.</summary>
    /// <param name="jobId">Key of the job.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the run; what was committed stays.</param>
    /// <exception cref="StoreException">
    /// The job is not there, complete or at work (<c>JOB_NOT_FOUND</c>, <c>JOB_COMPLETE</c>, <c>JOB_RUNNING</c>); its source changed
    /// (<c>JOB_SOURCE_CHANGED</c>); or as of <see cref="ModelImporter.Import"/>.
    /// </exception>
    /// <exception cref="ModelFormatException">A file could not be read.</exception>
    public ImportResult Resume(long jobId, IProgress<OperationProgress>? progress = null, CancellationToken cancellation = default)
    {
        IngestionJob job = store.Jobs.Find(jobId) ?? throw new StoreException(StoreErrorCodes.JobNotFound, $"job {jobId}", "there is no such job");
        if (job.Status == JobStatus.Complete)
        {
            throw new StoreException(StoreErrorCodes.JobComplete, $"job {jobId}", $"it is complete; its model is {job.Model}");
        }

        if (job.IsRunning)
        {
            throw new StoreException(StoreErrorCodes.JobRunning, $"job {jobId}", "a process works on it");
        }

        // A job that was reset takes the source as it is now.
        if (job.Status != JobStatus.Pending)
        {
            CheckFiles(job);
        }

        ModelLocation location = ModelReader.Locate(job.SourcePath).FirstOrDefault(model => model.DisplayPath == job.SourcePath)
            ?? throw Changed(job, "it is no longer the path of one model");
        using ModelSource source = ModelReader.Open(location, cancellation: cancellation);
        using ModelSource? selection = Select(job, source);
        using IModelStore own = store.ForTenant(job.Tenant);
        ImportOptions options = new()
        {
            Name = job.Model,
            Replace = job.IsReplacing,
            InPlace = job.IsInPlace,
            Granularity = job.Granularity,
            BlockBytes = job.BlockBytes,
            SelectedFrom = selection is null ? null : source,
            JobId = job.JobId,
        };
        ImportResult result = new ModelImporter(own).Import(selection ?? source, options, progress, cancellation);
        if (result.Status == ImportStatus.Unchanged)
        {
            // Another job brought the very model in meanwhile.
            own.Jobs.Close(jobId, result.ModelId);
            result = result with { JobId = jobId };
        }

        return result;
    }

    private static ModelSource? Select(IngestionJob job, ModelSource source)
    {
        if (job.Selection is null)
        {
            return null;
        }

        Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
        foreach (TensorInfo tensor in source.Metadata.Tensors)
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        string? missing = job.Selection.FirstOrDefault(name => !tensors.ContainsKey(name));
        return missing is not null
            ? throw Changed(job, $"it has no tensor {ErrorText.Quote(missing)} any more")
            : FormatRegistry.Find(source.Location.Format)!.SelectTensors(source, [.. job.Selection.Select(name => tensors[name])], ReadLimits.Default);
    }

    /// <summary>Says which file is not as it was, and how.</summary>
    private static void CheckFiles(IngestionJob job)
    {
        foreach (JobSourceFile file in job.SourceFiles)
        {
            // Through links to the file itself, as it was when it was opened.
            FileInfo found = new(file.Path);
            found = found.Exists ? found.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? found : found;
            if (!found.Exists)
            {
                throw Changed(job, $"{file.Path} is not there any more");
            }

            if (found.Length != file.SizeBytes)
            {
                throw Changed(job, $"{file.Path} had {file.SizeBytes} bytes and has {found.Length}");
            }

            if (found.LastWriteTimeUtc != file.LastWriteTimeUtc)
            {
                throw Changed(job, $"{file.Path} was last written at {Time(file.LastWriteTimeUtc)} and was written again at {Time(found.LastWriteTimeUtc)}");
            }
        }
    }

    private static StoreException Changed(IngestionJob job, string what) => new(
        StoreErrorCodes.JobSourceChanged, $"job {job.JobId}", $"{what}; reset the job to begin anew with the source as it is");

    private static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}
