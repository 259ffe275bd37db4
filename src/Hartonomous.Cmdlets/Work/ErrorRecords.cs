using System.Data.Common;
using System.Management.Automation;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Onnx;
using Hartonomous.Core.Formats.PyTorch;
using Hartonomous.Core.Pruning;
using Hartonomous.Core.Pruning.Rewriting;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Turns the errors that users can meet into error records: a stable id, a category, what it is about, what to do.</summary>
internal static class ErrorRecords
{
    private const string DamagedFile =
        "The file is damaged, incomplete, or not what it seems. Compare its length and SHA-256 with its origin's, and fetch it again.";

    /// <summary>The record of an error, or null where it is none that is expected, which is then a fault of this program.</summary>
    public static ErrorRecord? TryMake(Exception error, object? target) => error switch
    {
        ModelFormatException format => Make(
            new HartException(format.Code, format.File, format.Message, format) { Offset = format.Offset }, target ?? format.File),
        StoreException store => Make(new HartException(store.Code, store.Subject, store.Message, store), target ?? store.Subject),
        HartException own => Make(own, target ?? own.Subject),
        ArgumentException { ParamName: "name" } => Make(HartErrorCodes.ModelName, error, target),
        UnauthorizedAccessException => Make(HartErrorCodes.AccessDenied, error, target),
        IOException => Make(HartErrorCodes.FileAccess, error, target),
        DbException => Make(HartErrorCodes.DatabaseError, error, target),
        DllNotFoundException => Make(HartErrorCodes.NativeLibrary, error, target),
        TypeInitializationException { InnerException: { } inner } => TryMake(inner, target),
        _ => null,
    };

    /// <summary>The record of an error that has a code.</summary>
    public static ErrorRecord Make(HartException error, object? target) =>
        new(error, error.Code, CategoryOf(error.Code), target)
        {
            ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = ActionFor(error.Code) },
        };

    /// <summary>What kind of error a code stands for. The codes of the readers all speak of what a file holds.</summary>
    public static ErrorCategory CategoryOf(string code) => code switch
    {
        FormatErrorCodes.FileNotFound or FormatErrorCodes.FolderNoModel or StoreErrorCodes.StoreNotFound or StoreErrorCodes.ModelNotFound
            or ScoreErrorCodes.NotScored or ScoreErrorCodes.InputTensor or StoreErrorCodes.SpatialNoKeys
            or StoreErrorCodes.TensorNotFound or StoreErrorCodes.JobNotFound or StoreErrorCodes.TenantNotFound
            or CompressionErrorCodes.NoFactors
            or OnnxErrorCodes.ExternalMissing => ErrorCategory.ObjectNotFound,
        FormatErrorCodes.FormatUnsupported => ErrorCategory.NotImplemented,
        FormatErrorCodes.PathEscape or StoreErrorCodes.OutputPath or OnnxErrorCodes.ExternalPath or OnnxErrorCodes.ExternalLink
            or OnnxErrorCodes.ExternalHardLink or PyTorchErrorCodes.Global => ErrorCategory.SecurityError,
        StoreErrorCodes.ModelExists or StoreErrorCodes.OutputExists or StoreErrorCodes.TenantExists => ErrorCategory.ResourceExists,
        StoreErrorCodes.StoreBusy or StoreErrorCodes.JobRunning or StoreErrorCodes.ContentRemoved => ErrorCategory.ResourceBusy,
        StoreErrorCodes.QuotaAtoms or StoreErrorCodes.QuotaBytes => ErrorCategory.QuotaExceeded,
        StoreErrorCodes.JobStopped => ErrorCategory.OperationStopped,
        StoreErrorCodes.StoreInvalid or StoreErrorCodes.StoreTooNew or StoreErrorCodes.StoreSchemaChanged => ErrorCategory.OpenError,
        StoreErrorCodes.StoreTooOld or StoreErrorCodes.ServerDatabase or StoreErrorCodes.ServerCertificate => ErrorCategory.OpenError,
        StoreErrorCodes.ServerLogin => ErrorCategory.AuthenticationError,
        StoreErrorCodes.StorePermission => ErrorCategory.PermissionDenied,
        StoreErrorCodes.ServerUnreachable or StoreErrorCodes.ServerConnectionLost => ErrorCategory.ConnectionError,
        StoreErrorCodes.ServerDeadlock or StoreErrorCodes.JobLeaseLost => ErrorCategory.ResourceBusy,
        StoreErrorCodes.ServerTimeout => ErrorCategory.OperationTimeout,
        StoreErrorCodes.ServerFull => ErrorCategory.LimitsExceeded,
        StoreErrorCodes.ServerError or StoreErrorCodes.JobWorkersDied => ErrorCategory.ResourceUnavailable,
        StoreErrorCodes.QueueUnsupported => ErrorCategory.NotImplemented,
        ScoreErrorCodes.Input or ScoreErrorCodes.InputShape or PruneErrorCodes.Policy or PruneErrorCodes.Sparsity or PruneErrorCodes.SparseDtype
            or RewriteErrorCodes.Dtype => ErrorCategory.InvalidArgument,
        PruneErrorCodes.Export => ErrorCategory.InvalidOperation,
        ScoreErrorCodes.Unsupported or PruneErrorCodes.Unsupported or RewriteErrorCodes.Format => ErrorCategory.NotImplemented,
        ValueErrorCodes.TooMany => ErrorCategory.LimitsExceeded,
        DecodeErrorCodes.Unsupported or CompressionErrorCodes.Format => ErrorCategory.NotImplemented,
        StoreErrorCodes.Reconstructed => ErrorCategory.InvalidOperation,
        ValueErrorCodes.FileKind or ValueErrorCodes.SingleTensor or ValueErrorCodes.Name or ConversionErrorCodes.Dtype
            or ConversionErrorCodes.FileKind or HartErrorCodes.OutFileForSeveral
            or HartErrorCodes.Histogram or HartErrorCodes.Quota => ErrorCategory.InvalidArgument,
        HartErrorCodes.DriveContent => ErrorCategory.InvalidOperation,
        StoreErrorCodes.SourceChanged or StoreErrorCodes.InPlaceSourceChanged or HartErrorCodes.SelectionStale or StoreErrorCodes.JobComplete
            or StoreErrorCodes.JobSourceChanged or StoreErrorCodes.TenantNotEmpty or StoreErrorCodes.TenantDefault => ErrorCategory.InvalidOperation,
        HartErrorCodes.PathProvider or HartErrorCodes.NameForSeveral or HartErrorCodes.ModelName or FormatErrorCodes.FolderSeveralModels
            or StoreErrorCodes.TenantName or StoreErrorCodes.TenantRequired => ErrorCategory.InvalidArgument,
        StoreErrorCodes.SpatialAmbiguous or StoreErrorCodes.SpatialTooFew => ErrorCategory.InvalidArgument,
        StoreErrorCodes.StoreFull or StoreErrorCodes.SpatialTooManyProjections => ErrorCategory.LimitsExceeded,
        StoreErrorCodes.StoreReadOnly => ErrorCategory.PermissionDenied,
        StoreErrorCodes.InPlaceSourceMissing => ErrorCategory.ObjectNotFound,
        StoreErrorCodes.InPlaceUnsupported or StoreErrorCodes.ExportUnsupported => ErrorCategory.NotImplemented,
        HartErrorCodes.FileAccess => ErrorCategory.ReadError,
        HartErrorCodes.AccessDenied => ErrorCategory.PermissionDenied,
        HartErrorCodes.DatabaseError => ErrorCategory.ResourceUnavailable,
        HartErrorCodes.NativeLibrary => ErrorCategory.NotInstalled,
        _ => ErrorCategory.InvalidData,
    };

    private static ErrorRecord Make(string code, Exception error, object? target) =>
        Make(new HartException(code, target?.ToString(), $"{code}: {error.Message}", error), target);

    private static string ActionFor(string code) => code switch
    {
        FormatErrorCodes.FileNotFound => "Check the path. Wildcards belong into -Path; -LiteralPath takes a path as it is.",
        FormatErrorCodes.FolderNoModel => "Name a folder that holds a model, or search the folders below with -Recurse.",
        FormatErrorCodes.FormatUnsupported or FormatErrorCodes.FormatUnknown =>
            "Name a model file of a supported format; about_Hartonomous lists them. A tiny file may be a pointer of Git LFS: fetch it.",
        PyTorchErrorCodes.Global => "Do not load this file anywhere: it names code. Ask its maker for SafeTensors.",
        FormatErrorCodes.PathEscape or StoreErrorCodes.OutputPath or OnnxErrorCodes.ExternalPath or OnnxErrorCodes.ExternalLink =>
            "Do not use this file: it names paths outside its own folder.",
        StoreErrorCodes.StoreNotFound =>
            "Name the folder of a store with Connect-HartStore, or import a model, which makes the store. In a database Install-HartSchema makes it.",
        StoreErrorCodes.StoreInvalid => "Name the folder of a store, an empty folder or a new one.",
        StoreErrorCodes.StoreTooNew => "Update the module to the version that wrote the store, or a later one.",
        StoreErrorCodes.StoreSchemaChanged =>
            "The store was changed by another program, or by an unreleased version. Use the version that made it.",
        StoreErrorCodes.StoreTooOld => "Bring the schema up to date with Update-HartSchema.",
        StoreErrorCodes.StorePermission => "Ask an admin of the database for the role hart_reader, hart_ingest or hart_admin.",
        StoreErrorCodes.ServerLogin => "Check -Credential or -AccessToken, and that the login is enabled on the server.",
        StoreErrorCodes.ServerDatabase => "Check -Database, and that the login has a user in it.",
        StoreErrorCodes.ServerUnreachable => "Check -SqlInstance, the port and the firewall, and that the server listens to TCP.",
        StoreErrorCodes.ServerCertificate => "Install a certificate on the server that this host trusts, or connect with -TrustServerCertificate.",
        StoreErrorCodes.ServerConnectionLost or StoreErrorCodes.ServerTimeout or StoreErrorCodes.ServerDeadlock =>
            "Try again; an import goes on from its last checkpoint with Resume-HartIngestionJob.",
        StoreErrorCodes.ServerFull => "Make room on the server or back up its log, then go on with Resume-HartIngestionJob.",
        StoreErrorCodes.ServerError => "Look at the server's error log, then try again.",
        StoreErrorCodes.JobLeaseLost => "Look with Get-HartIngestionJob who works on it now.",
        StoreErrorCodes.JobWorkersDied => "Look at the source and the workers' logs, then let it begin anew with Reset-HartIngestionJob.",
        StoreErrorCodes.QueueUnsupported => "Connect to a store on a server with Connect-HartStore -SqlInstance.",
        StoreErrorCodes.StoreBusy => "Wait until the other process is done, then try again.",
        StoreErrorCodes.StoreCorrupt => "Run Test-HartStore -Full to see what else is damaged, and Repair-HartStore to mend what can be mended.",
        StoreErrorCodes.StoreFull => "Make room on the store's disk, then run it again; Optimize-HartStore gives back what nothing uses.",
        StoreErrorCodes.StoreReadOnly => "Run as an account that may write to the store's folder.",
        StoreErrorCodes.ContentRemoved =>
            "Another process removed it meanwhile. Look with Get-HartModel what is there, and run it again: an import goes on from its last checkpoint.",
        StoreErrorCodes.ModelNotFound => "List the stored models with Get-HartModel.",
        StoreErrorCodes.TensorNotFound => "List the tensors of the model with Get-HartTensor.",
        StoreErrorCodes.SpatialNoKeys => "Make the keys with Invoke-HartSpatialize.",
        StoreErrorCodes.SpatialAmbiguous => "Name one kind of keys with -Projection, -Dimension or -Seed.",
        StoreErrorCodes.SpatialTooFew => "Measure over more models, or import more.",
        StoreErrorCodes.SpatialTooManyProjections => "Use one of the projections that the store has.",
        StoreErrorCodes.ModelExists => "Give another -Name, or replace the stored model with -Force.",
        StoreErrorCodes.OutputExists => "Name another place, or overwrite with -Force.",
        StoreErrorCodes.Reconstructed => "Export it with -AllowReconstructed: the files then say which tensors come from factors.",
        CompressionErrorCodes.NoFactors => "Compress the tensor first with Compress-HartTensor.",
        CompressionErrorCodes.Format => "Leave -DropOriginal out: the factors are then stored beside the tensors.",
        StoreErrorCodes.SourceChanged => "Wait until nothing writes to the file, then import it again.",
        ScoreErrorCodes.NotScored => "Score the model with Measure-HartTensor -Score -Save.",
        ScoreErrorCodes.Input or ScoreErrorCodes.InputTensor or ScoreErrorCodes.InputShape =>
            "Name data that fit the method and the tensors: -GradientPath, -ActivationPath, -ImatrixPath, -InitialPath.",
        PruneErrorCodes.Policy => "Name a score with a limit, a time, layers or names.",
        PruneErrorCodes.Export => "Say -Pruned Zeros or -Pruned Omit.",
        PruneErrorCodes.Sparsity => "Give a pattern as 50%, 2:4, 4:8 or rows:25%.",
        PruneErrorCodes.SparseDtype or RewriteErrorCodes.Dtype => "Name an encoding that the container and the rows take with -Dtype.",
        RewriteErrorCodes.Format => "Export the model's tensors as SafeTensors with Export-HartModel -Tensor *, and import that file.",
        ValueErrorCodes.TooMany => "Read a part of the values with -Skip and -First, or write them to a file with -OutFile.",
        ValueErrorCodes.FileKind => "Name a file that ends in .safetensors or .npy.",
        ValueErrorCodes.SingleTensor => "Choose one tensor with -Name, or write a .safetensors file.",
        ValueErrorCodes.Name => "Choose tensors of different names with -Name.",
        ConversionErrorCodes.FileKind => "Name a file that ends in .gguf, or convert to F32, F16 or BF16.",
        ConversionErrorCodes.Tensor or ConversionErrorCodes.Metadata => "Convert to the other kind of file: name one that ends in .gguf or .safetensors.",
        ConversionErrorCodes.Value => "Convert to F32, which holds every value; BF16 holds nearly the same range.",
        HartErrorCodes.Histogram => "Give -Bin 0 or at least 2, and -HistogramRange a number and a greater one.",
        HartErrorCodes.OutFileForSeveral => "Write the tensors of one model at a time.",
        HartErrorCodes.SelectionStale => "Run Get-HartTensorInfo or Get-HartTensor again and pipe its new output.",
        StoreErrorCodes.JobNotFound => "List the jobs with Get-HartIngestionJob.",
        StoreErrorCodes.JobComplete => "There is nothing to do: the model is stored.",
        StoreErrorCodes.JobRunning => "Wait until the job has ended, or stop it with Stop-HartIngestionJob.",
        StoreErrorCodes.JobSourceChanged => "Put the source back as it was, or let the job begin anew with Reset-HartIngestionJob.",
        StoreErrorCodes.JobStopped => "Go on from the last checkpoint with Resume-HartIngestionJob.",
        StoreErrorCodes.TenantNotFound => "List the tenants with Get-HartTenant, or make one with New-HartTenant.",
        StoreErrorCodes.TenantExists => "Give another -Name, or change the tenant with Set-HartTenant.",
        StoreErrorCodes.TenantName => "Give a -Name of letters, digits, dots, underscores and hyphens.",
        StoreErrorCodes.TenantNotEmpty => "Remove the tenant's models first, or all of it with -Force.",
        StoreErrorCodes.TenantDefault => "Remove the models of the default tenant with Remove-HartModel.",
        StoreErrorCodes.TenantRequired => "Name one tenant with -Tenant.",
        StoreErrorCodes.QuotaAtoms or StoreErrorCodes.QuotaBytes =>
            "Remove models of the tenant or raise its quota with Set-HartTenant, then go on with Resume-HartIngestionJob.",
        StoreErrorCodes.InPlaceSourceMissing or StoreErrorCodes.InPlaceSourceChanged =>
            "Bring the file back as it was, or import the model again from where it lies now.",
        StoreErrorCodes.InPlaceUnsupported => "Import the whole model in place, or leave -InPlace out.",
        StoreErrorCodes.ExportUnsupported => "Leave -Tensor and -ShardSize out to get the model's own files back.",
        FormatErrorCodes.FolderSeveralModels => "Name one of the models in the folder.",
        HartErrorCodes.PathProvider => "Name a path of the file system.",
        HartErrorCodes.NameForSeveral => "Import one model at a time with -Name, or leave -Name out.",
        HartErrorCodes.ModelName => "Give a -Name of 1 to 400 characters, none of them a control character.",
        HartErrorCodes.DriveContent => "List what is in it with Get-ChildItem.",
        HartErrorCodes.Quota => "Give a quota of 0 or more, or $null for none.",
        HartErrorCodes.FileAccess => "Check that the drive is there, has space, and that no other program holds the file.",
        HartErrorCodes.AccessDenied => "Run as an account that may read the files and write to the store's folder.",
        HartErrorCodes.DatabaseError => "Check the space and permissions of the store's folder, and run Test-HartStore.",
        HartErrorCodes.NativeLibrary => "Install the module anew, or name the folder of the library in HARTONOMOUS_NATIVE_PATH.",
        _ => DamagedFile,
    };
}
