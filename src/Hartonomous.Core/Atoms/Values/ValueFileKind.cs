namespace Hartonomous.Core.Atoms.Values;

/// <summary>Files that decoded values are written to.</summary>
public enum ValueFileKind
{
    /// <summary>SafeTensors: any number of tensors with their names and shapes.</summary>
    SafeTensors,

    /// <summary>NumPy's NPY: one array.</summary>
    Npy,
}
