namespace Hartonomous.Core.Formats.Keras;

/// <summary>
/// Codes of the errors of Keras files that neither <see cref="Hdf5.Hdf5ErrorCodes"/> nor <see cref="Zip.ZipErrorCodes"/> have. They are
/// stable: scripts may rely on them.
/// </summary>
public static class KerasErrorCodes
{
    /// <summary>The archive holds no <c>model.weights.h5</c>.</summary>
    public const string WeightsMissing = "KERAS_WEIGHTS_MISSING";

    /// <summary>The weights of the archive are kept in a form that is not read: <c>model.weights.npz</c>, or several shards.</summary>
    public const string WeightsUnsupported = "KERAS_WEIGHTS_UNSUPPORTED";
}
