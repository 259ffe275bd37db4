namespace Hartonomous;

/// <summary>How sketches become spatial keys.</summary>
public enum HartProjectionMethod
{
    /// <summary>Dot products with three orthonormal vectors.</summary>
    Orthonormal,

    /// <summary>Angular distances to three landmarks, trilaterated.</summary>
    Landmark,
}
