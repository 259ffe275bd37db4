using System.Globalization;

namespace Hartonomous.Tests.Support;

/// <summary>How many damaged files the mutation test of each reader makes.</summary>
internal static class Mutations
{
    /// <summary>20,000, or what HARTONOMOUS_MUTATIONS says: a long run is for a change of a reader.</summary>
    public static int Count { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("HARTONOMOUS_MUTATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            ? count
            : 20_000;
}
