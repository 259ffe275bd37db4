using System.Text.Json;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Verification;

/// <summary>How far a full verification has come: what the store keeps between two runs of it.</summary>
internal sealed class VerifyState
{
    /// <summary>The stages of a full verification, in order.</summary>
    public const int Payloads = 0, Tensors = 1, Files = 2, Done = 3;

    /// <summary>The stage at work.</summary>
    public int Stage { get; set; }

    /// <summary>The last place in the stage that was passed, or null at its beginning.</summary>
    public string? Position { get; set; }

    /// <summary>How many of what was checked.</summary>
    public Dictionary<string, long> Counts { get; set; } = [];

    /// <summary>Bytes read.</summary>
    public long Bytes { get; set; }

    /// <summary>What was found by reading. Structure is checked anew in each run.</summary>
    public List<VerifyFinding> Findings { get; set; } = [];

    /// <summary>The state that was kept, or null where there is none, or none of this version.</summary>
    public static VerifyState? Parse(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<VerifyState>(text) is { Stage: >= Payloads and < Done } state ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The state as text.</summary>
    public string Format() => JsonSerializer.Serialize(this);
}
