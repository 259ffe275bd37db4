using System.Data.Common;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli;

/// <summary>An error as the command line tells it.</summary>
/// <param name="Code">Stable code; all are listed in <c>docs/errors.md</c>.</param>
/// <param name="Message">What was found and what was expected, a sentence without its full stop.</param>
/// <param name="ExitCode">What the process ends with.</param>
internal sealed record CliError(string Code, string Message, int ExitCode)
{
    /// <summary>The model file the error is about, or null.</summary>
    public string? File { get; init; }

    /// <summary>The place in the file in bytes, or null.</summary>
    public long? Offset { get; init; }

    /// <summary>What the user can do about it, or null.</summary>
    public string? Hint { get; init; }

    /// <summary>The error that an exception stands for.</summary>
    public static CliError Of(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions.Count: > 0 } many => Of(many.InnerExceptions[0]),
        ModelFormatException error => new(error.Code, error.Problem, ExitCodes.InvalidInput)
        {
            File = error.File,
            Offset = error.Offset,
            Hint = HintFor(error.Code),
        },
        StoreException error => new(error.Code, $"{error.Subject}: {error.Problem}", ExitCodeFor(error.Code)) { Hint = HintFor(error.Code) },
        UsageException error => new(CliErrorCodes.Usage, error.Message, ExitCodes.Usage),
        OperationCanceledException => new(CliErrorCodes.Interrupted, "the command was interrupted", ExitCodes.Interrupted),
        UnauthorizedAccessException error => new(CliErrorCodes.AccessDenied, Sentence(error), ExitCodes.Failed)
        {
            Hint = "Check the permissions of the file and its folder",
        },
        IOException error => new(CliErrorCodes.Io, Sentence(error), ExitCodes.Failed)
        {
            Hint = "Check that the place is there, is not full and is not in use",
        },
        DbException error => new(CliErrorCodes.Database, Sentence(error), ExitCodes.Failed) { Hint = "'hart verify' checks the store" },
        _ => new(CliErrorCodes.Internal, $"{exception.GetType().Name}: {Sentence(exception)}", ExitCodes.Failed)
        {
            Hint = "This is a defect of hart; --verbose shows where it lies",
        },
    };

    private static int ExitCodeFor(string code) =>
        code is StoreErrorCodes.QuotaAtoms or StoreErrorCodes.QuotaBytes ? ExitCodes.QuotaExceeded : ExitCodes.Failed;

    private static string? HintFor(string code) => code switch
    {
        StoreErrorCodes.StoreNotFound or StoreErrorCodes.StoreInvalid => "--store or HARTONOMOUS_STORE names another store",
        StoreErrorCodes.StoreTooOld => "'hart schema --update' brings it up to date",
        StoreErrorCodes.ServerLogin or StoreErrorCodes.ServerDatabase => "Check the login and the database in the connection string",
        StoreErrorCodes.ServerUnreachable => "Check the server's name and port, and that it listens to TCP",
        StoreErrorCodes.ServerCertificate => "TrustServerCertificate=true in the connection string accepts it",
        StoreErrorCodes.StorePermission => "An admin of the database adds the login to hart_reader, hart_ingest or hart_admin",
        StoreErrorCodes.ServerConnectionLost or StoreErrorCodes.ServerTimeout or StoreErrorCodes.ServerDeadlock or StoreErrorCodes.ServerFull
            or StoreErrorCodes.JobLeaseLost => "'hart jobs' shows the job, 'hart resume' goes on from its last checkpoint",
        StoreErrorCodes.StoreTooNew => "Use a newer version of hart",
        StoreErrorCodes.StoreBusy => "Try again when the other process is done",
        StoreErrorCodes.StoreCorrupt => "'hart verify --full' lists all that is damaged, 'hart repair' mends what can be mended",
        StoreErrorCodes.StoreFull => "Make room, then run the command again; 'hart optimize' gives back what nothing uses",
        StoreErrorCodes.StoreReadOnly => "Run it as a user who may write to the store's folder",
        StoreErrorCodes.ContentRemoved => "Run the command again",
        StoreErrorCodes.ModelNotFound => "'hart models' lists what is stored",
        StoreErrorCodes.ModelExists => "Give another name with --name, or use --replace",
        StoreErrorCodes.JobNotFound => "'hart jobs' lists the jobs",
        StoreErrorCodes.JobRunning => "'hart jobs --stop' asks it to stop",
        StoreErrorCodes.JobSourceChanged => "'hart jobs --reset' lets the job begin anew",
        StoreErrorCodes.JobStopped or StoreErrorCodes.ContentRemoved => "'hart resume' goes on from the last checkpoint",
        StoreErrorCodes.TenantNotFound => "'hart tenants' lists the tenants, 'hart tenants add' makes one",
        StoreErrorCodes.TenantNotEmpty => "--force removes its models and jobs with it",
        StoreErrorCodes.TenantRequired => "Name one with --tenant",
        StoreErrorCodes.QuotaAtoms => "Remove models of the tenant, or raise its quota with 'hart tenants set --max-atoms', then 'hart resume'",
        StoreErrorCodes.QuotaBytes => "Remove models of the tenant, or raise its quota with 'hart tenants set --max-bytes', then 'hart resume'",
        StoreErrorCodes.TensorNotFound => "'hart inspect' lists the tensors of a file, 'hart tensors' those of a stored model",
        StoreErrorCodes.SpatialNoKeys => "'hart spatialize' makes the keys",
        StoreErrorCodes.SpatialAmbiguous => "Name one with --projection, --dimension or --seed",
        StoreErrorCodes.OutputExists => "--overwrite replaces files",
        StoreErrorCodes.Reconstructed => "--allow-reconstructed exports it; the files then say which tensors come from factors",
        CompressionErrorCodes.NoFactors => "'hart compress' makes factors",
        CompressionErrorCodes.Format => "Leave --drop-original out: the factors are then stored beside the tensors",
        ValueErrorCodes.SingleTensor or ValueErrorCodes.Name => "--tensor picks tensors",
        ScoreErrorCodes.NotScored => "'hart score --save' scores a model",
        ScoreErrorCodes.Input => "--gradients, --activations, --imatrix and --initial name the data",
        PruneErrorCodes.Export => "--pruned zeros or --pruned omit says how",
        PruneErrorCodes.SparseDtype => "--dtype names an encoding",
        StoreErrorCodes.InPlaceSourceMissing or StoreErrorCodes.InPlaceSourceChanged =>
            "Bring the file back as it was, or import the model again from where it lies now",
        StoreErrorCodes.ExportUnsupported => "Without --tensor and --shard-size, the model's own files are given back",
        ConversionErrorCodes.Value => "--dtype F32 holds every value",
        ConversionErrorCodes.Tensor or ConversionErrorCodes.Metadata => "--output names the kind of file: .gguf or .safetensors",
        FormatErrorCodes.FolderNoModel => "--recurse also searches the folders below",
        FormatErrorCodes.FileTruncated => "Copy or download the file again",
        _ => null,
    };

    private static string Sentence(Exception error) => error.Message.TrimEnd('.');
}
