using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Hashing;

/// <summary>How many messages go side by side through one core.</summary>
internal enum Sha256Width
{
    /// <summary>One, by the platform's implementation, which uses the processor's SHA instructions where there are any.</summary>
    Platform = 1,

    /// <summary>Eight, by AVX2.</summary>
    Lanes8 = Sha256Lanes8.Lanes,

    /// <summary>Sixteen, by AVX-512.</summary>
    Lanes16 = Sha256Lanes16.Lanes,
}

/// <summary>Which widths this processor has, and which is the fastest on it.</summary>
internal static class Sha256Widths
{
    /// <summary>
    /// Sixteen lanes where there are any: 5.1 GB/s against 1.8 of the SHA instructions on a Zen 5. Eight lanes are no faster than the SHA
    /// instructions (1.9 GB/s there, on a core that is wider than most), but several times as fast as a core without them.
    /// </summary>
    public static Sha256Width Fastest { get; } =
        Sha256Lanes16.IsSupported ? Sha256Width.Lanes16
        : HasShaInstructions() || !Sha256Lanes8.IsSupported ? Sha256Width.Platform
        : Sha256Width.Lanes8;

    /// <summary>Whether this processor has the instructions for a width.</summary>
    public static bool IsSupported(Sha256Width width) => width switch
    {
        Sha256Width.Lanes16 => Sha256Lanes16.IsSupported,
        Sha256Width.Lanes8 => Sha256Lanes8.IsSupported,
        _ => true,
    };

    // CPUID leaf 7, EBX bit 29: the SHA extensions of x86.
    private static bool HasShaInstructions() =>
        Sha256.IsSupported || (X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ebx & (1 << 29)) != 0);
}
