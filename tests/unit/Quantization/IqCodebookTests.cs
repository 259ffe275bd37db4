using System.Text.Json;
using Hartonomous.Core.Quantization.Kernels.IQuants;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Quantization;

/// <summary>The codebooks against those that were measured with ggml's library, one decoded block an entry.</summary>
public sealed class IqCodebookTests
{
    private static readonly JsonDocument Measured = JsonDocument.Parse(File.ReadAllBytes(TestData.Local("gguf/iq-codebooks.json")));

    [Fact]
    public void The_codebooks_of_eight_levels_an_entry_are_those_of_ggml()
    {
        Assert.Equal(Entries("iq2xxs"), IqGrids.Iq2Xxs);
        Assert.Equal(Entries("iq2xs"), IqGrids.Iq2Xs);
        Assert.Equal(Entries("iq2s"), IqGrids.Iq2S);
    }

    [Fact]
    public void The_codebooks_of_four_levels_an_entry_are_those_of_ggml()
    {
        Assert.Equal(Entries("iq3xxs").Select(entry => (uint)entry), IqGrids.Iq3Xxs);
        Assert.Equal(Entries("iq3s").Select(entry => (uint)entry), IqGrids.Iq3S);
    }

    [Fact]
    public void The_codebook_of_IQ1_holds_eight_times_the_levels_of_ggml_and_its_offset()
    {
        Assert.Equal(0.125, Measured.RootElement.GetProperty("iq1_delta").GetDouble());
        Assert.Equal(2048, IqGrids.Iq1S.Length);
        Assert.Equal(Entries("iq1s", level => (8 * level) + 1), IqGrids.Iq1S);
    }

    [Fact]
    public void Sign_patterns_of_seven_bits_are_those_of_ggml()
    {
        int[] patterns = [.. Measured.RootElement.GetProperty("ksigns").EnumerateArray().Select(value => value.GetInt32())];

        Assert.Equal(128, patterns.Length);
        Assert.Equal(patterns.Select(pattern => IqGrids.Signs[pattern]), IqGrids.EvenSigns);
        Assert.Equal(0xFF00_0000_0000_FF00UL, IqGrids.Signs[0b1000_0010]);
    }

    [Fact]
    public void The_levels_of_IQ4_are_those_of_ggml() =>
        Assert.Equal(Measured.RootElement.GetProperty("iq4nl").EnumerateArray().Select(value => value.GetSByte()), Iq4Values.Levels.ToArray());

    private static IEnumerable<ulong> Entries(string name) => Entries(name, level => level);

    private static IEnumerable<ulong> Entries(string name, Func<int, int> stored) =>
        Measured.RootElement.GetProperty(name).EnumerateArray()
            .Select(entry => entry.EnumerateArray().Select(level => level.GetInt32()).ToArray())
            .Select(levels => levels.Select((level, i) => (ulong)(byte)stored(level) << (8 * i)).Aggregate((all, one) => all | one));
}
