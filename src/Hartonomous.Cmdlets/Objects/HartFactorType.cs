namespace Hartonomous;

/// <summary>How factors are stored.</summary>
public enum HartFactorType
{
    /// <summary>Float32.</summary>
    F32,

    /// <summary>IEEE half.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,
}
