using System.Runtime.InteropServices;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>A stored sketch as it is read: little-endian float32, none where it is zero.</summary>
internal sealed record SketchRow
{
    public required long EmbeddingId { get; init; }

    public byte[]? Sketch { get; init; }

    public required double Norm { get; init; }

    public required long ValueCount { get; init; }

    public required long NonFiniteCount { get; init; }

    public required bool IsConstant { get; init; }

    public Sketch ToSketch(SketchConfig config) => Spatial.Sketches.Sketch.FromValues(
        config,
        Sketch is null ? new float[config.Dimension] : MemoryMarshal.Cast<byte, float>(Sketch).ToArray(),
        Norm,
        ValueCount,
        NonFiniteCount,
        IsConstant);
}
