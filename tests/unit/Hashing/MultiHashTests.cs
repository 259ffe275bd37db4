using System.Security.Cryptography;
using System.Text;
using Hartonomous.Core.Hashing;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Hashing;

/// <summary>SHA-256 of many messages at once, in every width that this processor has.</summary>
public sealed class MultiHashTests
{
    public static TheoryData<int> Widths => [.. Enum.GetValues<Sha256Width>().Where(Sha256Widths.IsSupported).Select(width => (int)width)];

    /// <summary>The examples of FIPS 180-4 as NIST publishes them (SHA256.pdf, and the million times "a" of FIPS 180-2, appendix B.3).</summary>
    [Theory]
    [MemberData(nameof(Widths))]
    public void The_standard_s_examples_have_their_hashes_in_every_lane(int width)
    {
        (string Text, string Hash)[] examples =
        [
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (string.Empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"),
            (new string('a', 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ];
        foreach ((string text, string expected) in examples)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            HashMessage[] messages = [.. Enumerable.Range(0, 16).Select(_ => new HashMessage(bytes))];

            MultiHash.HashAll(messages, 1, (Sha256Width)width);

            Assert.All(messages, message => Assert.Equal(expected, message.Hash.ToString()));
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Messages_of_every_length_up_to_300_are_hashed_beside_each_other(int width)
    {
        byte[][] contents = [.. Enumerable.Range(0, 301).Select(length => TestModel.Noise(length, length))];

        AssertHashes(contents, [.. contents.Select(content => new HashMessage(content))], 1, (Sha256Width)width);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Each_lane_hashes_its_own_message(int width)
    {
        // As many as there are lanes, equally long, so that a message's place is its lane; then one lane at a time differs.
        byte[][] contents = [.. Enumerable.Range(0, width).Select(lane => TestModel.Noise(100 + lane, 4096))];

        AssertHashes(contents, [.. contents.Select(content => new HashMessage(content))], 1, (Sha256Width)width);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Long_and_short_messages_are_hashed_by_several_workers(int width)
    {
        Random random = new(7);
        byte[][] contents =
        [
            .. Enumerable.Range(0, 60).Select(i => TestModel.Noise(i, random.Next(200_000))),
            TestModel.Noise(1, 3_000_017),
            TestModel.Noise(2, 1 << 20),
            TestModel.Noise(3, (1 << 20) + 1),
            TestModel.Noise(4, (1 << 20) - 9),
        ];
        foreach (int workers in (int[])[1, 2, 3, 200])
        {
            AssertHashes(contents, [.. contents.Select(content => new HashMessage(content))], workers, (Sha256Width)width);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void A_message_in_parts_has_the_hash_of_its_bytes(int width)
    {
        Random random = new(11);
        List<byte[]> contents = [];
        List<HashMessage> messages = [];
        for (int i = 0; i < 100; i++)
        {
            byte[] content = TestModel.Noise(i, random.Next(2000));
            List<ReadOnlyMemory<byte>> parts = [];
            for (int offset = 0; offset < content.Length;)
            {
                int count = Math.Min(random.Next(200), content.Length - offset); // empty parts too
                parts.Add(content.AsMemory(offset, count));
                offset += count;
            }

            contents.Add(content);
            messages.Add(new HashMessage([.. parts]));
        }

        AssertHashes(contents, messages, 2, (Sha256Width)width);
    }

    [Fact]
    public void One_long_message_and_none_at_all_are_hashed()
    {
        byte[] content = TestModel.Noise(1, 5_000_000);
        HashMessage[] messages = [new HashMessage(content)];

        MultiHash.HashAll(messages, 2);
        MultiHash.HashAll([], 2);

        Assert.Equal(new ContentHash(SHA256.HashData(content)), messages[0].Hash);
    }

    [Fact]
    public void The_fastest_width_is_one_that_the_processor_has() => Assert.True(Sha256Widths.IsSupported(Sha256Widths.Fastest));

    private static void AssertHashes(IReadOnlyList<byte[]> contents, IReadOnlyList<HashMessage> messages, int workers, Sha256Width width)
    {
        MultiHash.HashAll(messages, workers, width);

        Assert.All(contents.Zip(messages), pair => Assert.Equal(new ContentHash(SHA256.HashData(pair.First)), pair.Second.Hash));
    }
}
