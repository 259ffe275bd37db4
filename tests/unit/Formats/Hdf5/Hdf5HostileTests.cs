using System.Buffers.Binary;
using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Hdf5;

/// <summary>Files that h5py wrote, made wrong in one place each: what they end in.</summary>
public class Hdf5HostileTests
{
    private const int RootEntry01 = 24 + 32; // superblock of version 0 with addresses of 8 bytes: the root's symbol table entry

    [Fact]
    public void A_file_without_a_signature_is_refused() => AssertRefused("HDF5_SIGNATURE", Hdf5Patch.With(Old(), 1, 0));

    [Theory]
    [InlineData(8, 4)]
    [InlineData(8, 255)]
    [InlineData(13, 3)]
    [InlineData(13, 0)]
    [InlineData(14, 16)]
    public void A_superblock_of_an_unknown_version_or_width_is_refused(int at, byte value) =>
        AssertRefused("HDF5_SUPERBLOCK", Hdf5Patch.With(Old(), at, value));

    [Fact]
    public void A_file_shorter_than_its_superblock_says_is_refused() =>
        AssertRefused("HDF5_TRUNCATED", Hdf5Patch.WithU64(Old(), 40, 1 << 20));

    [Fact]
    public void A_root_beyond_the_end_of_the_file_is_refused() =>
        AssertRefused("HDF5_ADDRESS", Hdf5Patch.WithU64(Old(), RootEntry01 + 8, 1UL << 40));

    [Fact]
    public void A_root_without_an_address_is_refused() =>
        AssertRefused("HDF5_ADDRESS", Hdf5Patch.WithU64(Old(), RootEntry01 + 8, ulong.MaxValue));

    [Fact]
    public void A_root_that_is_a_dataset_is_refused()
    {
        byte[] file = KerasFiles.Vector("links-old.h5");
        int entry = Hdf5Patch.Find(file, "SNOD") + 8;
        ulong child = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(entry + 8));
        AssertRefused("HDF5_MESSAGE", Hdf5Patch.WithU64(file, RootEntry01 + 8, child));
    }

    [Fact]
    public void A_changed_bit_under_a_checksum_is_refused()
    {
        byte[] file = KerasFiles.Vector("links.h5");
        foreach (string signature in (string[])["OHDR", "FRHP", "FHDB", "FHIB", "BTHD", "BTLF", "BTIN"])
        {
            int at = Hdf5Patch.Find(file, signature) + 13;
            byte[] changed = Hdf5Patch.With(file, at, (byte)(file[at] ^ 1));
            string code = KerasFiles.Refusal(changed).Code;
            Assert.True(code is "HDF5_CHECKSUM" or "HDF5_FRACTAL_HEAP", $"{signature}: {code}");
        }

        AssertRefused("HDF5_CHECKSUM", Hdf5Patch.With(file, 12 + 33, 1)); // the superblock's own
    }

    [Fact]
    public void A_changed_bit_in_an_index_of_chunks_is_refused()
    {
        byte[] file = KerasFiles.Vector("indexes.h5");
        foreach (string signature in (string[])["FAHD", "FADB", "EAHD", "EAIB", "EASB", "EADB"])
        {
            int at = Hdf5Patch.Find(file, signature) + 14;
            AssertRefused("HDF5_CHECKSUM", Hdf5Patch.With(file, at, (byte)(file[at] ^ 1)));
        }
    }

    [Fact]
    public void A_node_of_links_that_leads_to_itself_is_refused()
    {
        byte[] file = KerasFiles.Vector("links-old.h5");
        int node = FindNode(file, 0, 1);
        AssertRefused("HDF5_BTREE_CYCLE", Hdf5Patch.WithU64(file, node + 32, (ulong)node));
        AssertRefused("HDF5_BTREE_CYCLE", Hdf5Patch.With(file, node + 5, 200));
        AssertRefused("HDF5_BTREE", Hdf5Patch.With(file, node + 4, 1)); // a tree of chunks where one of links is to be
        byte[] twice = [.. file];
        file.AsSpan(node + 32, 8).CopyTo(twice.AsSpan(node + 48));
        AssertRefused("HDF5_BTREE_CYCLE", twice);
    }

    [Fact]
    public void A_node_of_chunks_that_leads_to_itself_is_refused()
    {
        byte[] file = KerasFiles.Vector("chunks.h5");
        int node = FindNode(file, 1, 1);
        int child = node + 24 + 8 + (8 * 3);
        AssertRefused("HDF5_BTREE_CYCLE", Hdf5Patch.WithU64(file, child, (ulong)node));
        AssertRefused("HDF5_BTREE_CYCLE", Hdf5Patch.With(file, node + 5, 200));
        AssertRefused("HDF5_TRUNCATED", Hdf5Patch.With(file, node + 6, 0xFF, 0xFF)); // 65,535 entries
    }

    [Fact]
    public void A_name_outside_its_heap_is_refused()
    {
        byte[] file = KerasFiles.Vector("links-old.h5");
        int entry = Hdf5Patch.Find(file, "SNOD") + 8;
        AssertRefused("HDF5_LOCAL_HEAP", Hdf5Patch.WithU64(file, entry, 1 << 20));
        AssertRefused("HDF5_LOCAL_HEAP", Hdf5Patch.With(file, Hdf5Patch.Find(file, "HEAP") + 4, 7));
    }

    [Fact]
    public void An_object_header_that_goes_on_in_itself_is_refused()
    {
        byte[] file = KerasFiles.Vector("attributes.h5");
        int continuation = Hdf5Patch.Find(file, [0x10, 0, 0x10, 0, 0, 0, 0, 0]);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(continuation + 8));
        byte[] circle = [.. file];
        file.AsSpan(continuation, 24).CopyTo(circle.AsSpan((int)address));
        AssertRefused("HDF5_CONTINUATION", circle);
        AssertRefused("HDF5_TRUNCATED", Hdf5Patch.WithU64(file, continuation + 16, 1 << 20));
    }

    [Fact]
    public void A_message_that_must_be_understood_and_is_not_is_refused()
    {
        byte[] file = KerasFiles.Vector("attributes.h5");
        int continuation = Hdf5Patch.Find(file, [0x10, 0, 0x10, 0, 0, 0, 0, 0]);
        AssertRefused("HDF5_MESSAGE", Hdf5Patch.With(file, continuation, 0x77, 0, 0x10, 0, 0x80));
        AssertRefused("HDF5_OBJECT_HEADER", Hdf5Patch.With(file, continuation + 2, 0xFF, 0x7F));
    }

    [Theory]
    [InlineData("external-earliest.h5", "HDF5_LINK_EXTERNAL")]
    [InlineData("external-latest.h5", "HDF5_LINK_EXTERNAL")]
    [InlineData("external-files.h5", "HDF5_EXTERNAL_FILES")]
    [InlineData("virtual.h5", "HDF5_VIRTUAL")]
    [InlineData("scaleoffset.h5", "HDF5_FILTER_UNSUPPORTED")]
    [InlineData("fillbomb.h5", "HDF5_EXPANSION")]
    [InlineData("chunkbomb.h5", "HDF5_EXPANSION")]
    [InlineData("deflatebomb.h5", "HDF5_FILTER_DATA")]
    public void What_h5py_writes_and_a_model_must_not_hold_is_refused(string name, string code) =>
        AssertRefused(code, KerasFiles.Vector(name));

    [Fact]
    public void Chunks_without_a_length_or_beyond_the_limit_are_refused()
    {
        byte[] file = KerasFiles.Vector("chunks.h5");
        int dimensions = FindChunkDimensions(file);
        AssertRefused("HDF5_CHUNK_SHAPE", Hdf5Patch.With(file, dimensions, 0, 0, 0, 0));
        AssertRefused("HDF5_CHUNK_SHAPE", Hdf5Patch.With(file, dimensions, 0, 0, 0, 0x7F));
        AssertRefused("HDF5_CHUNK_SHAPE", Hdf5Patch.With(file, dimensions + 8, 8)); // a value of another length
    }

    [Fact]
    public void More_chunks_than_the_limit_are_refused() =>
        AssertRefused("HDF5_CHUNK_COUNT", KerasFiles.Vector("chunks.h5"), new ReadLimits { Hdf5Chunks = 100 });

    [Fact]
    public void Chunks_that_are_stored_wrongly_are_refused()
    {
        byte[] file = KerasFiles.Vector("chunks.h5");
        int node = FindNode(file, 1, 0);
        AssertRefused("HDF5_CHUNK", Hdf5Patch.With(file, node + 24, 0, 0, 0, 0)); // no bytes
        AssertRefused("HDF5_CHUNK", Hdf5Patch.With(file, node + 32, 1)); // begins within a chunk
        AssertRefused("HDF5_ADDRESS", Hdf5Patch.WithU64(file, node + 56, 1UL << 40));
        byte[] twice = [.. file];
        file.AsSpan(node + 32, 24).CopyTo(twice.AsSpan(node + 32 + 40));
        AssertRefused("HDF5_CHUNK", twice);
    }

    [Fact]
    public void A_filter_that_is_not_known_or_has_no_parameters_is_refused()
    {
        byte[] file = KerasFiles.Vector("chunks.h5");
        int deflate = Hdf5Patch.Find(file, "deflate") - 8;
        AssertRefused("HDF5_FILTER_UNSUPPORTED", Hdf5Patch.With(file, deflate, 0x33, 0x01)); // 307, bzip2
        int shuffle = Hdf5Patch.Find(file, "shuffle") - 8;
        AssertRefused("HDF5_FILTER", Hdf5Patch.With(file, shuffle + 16, 0, 0, 0, 0));
        AssertRefused("HDF5_FILTER", Hdf5Patch.With(file, deflate - 7, 255)); // so many filters
    }

    [Fact]
    public void Damaged_chunks_are_refused()
    {
        byte[] file = KerasFiles.Vector("chunks.h5");
        int deflated = Hdf5Patch.Find(file, [0x78, 0x5E]);
        AssertRefused("HDF5_FILTER_DATA", Hdf5Patch.With(file, deflated + 2, 0xFF, 0xFF, 0xFF));
        AssertRefused("HDF5_FILTER_DATA", Hdf5Patch.With(file, deflated, 0, 0));
    }

    [Fact]
    public void Texts_that_their_heap_does_not_hold_are_refused()
    {
        byte[] file = KerasFiles.Vector("attributes.h5");
        int heap = Hdf5Patch.Find(file, "GCOL");
        AssertRefused("HDF5_GLOBAL_HEAP", Hdf5Patch.With(file, heap + 16, 0x77)); // another object's number
        AssertRefused("HDF5_GLOBAL_HEAP", Hdf5Patch.WithU64(file, heap + 24, 1)); // shorter than the text
        AssertRefused("HDF5_GLOBAL_HEAP", Hdf5Patch.WithU64(file, heap + 24, 1 << 30));
        AssertRefused("HDF5_GLOBAL_HEAP", Hdf5Patch.WithU64(file, heap + 8, 4));
        AssertRefused("HDF5_GLOBAL_HEAP", Hdf5Patch.With(file, heap, 0));
    }

    [Theory]
    [InlineData((byte)'/')]
    [InlineData(0xFF)]
    public void A_name_that_is_no_part_of_a_path_is_refused(byte character)
    {
        byte[] file = KerasFiles.Vector("links-old.h5");
        AssertRefused("HDF5_LINK_NAME", Hdf5Patch.With(file, Hdf5Patch.Find(file, "zeta\0") + 2, character));
        byte[] newer = KerasFiles.Vector("links.h5");
        newer = Hdf5Patch.With(newer, Hdf5Patch.Find(newer, "zeta") + 2, character);
        AssertRefused("HDF5_LINK_NAME", Hdf5Patch.Seal(newer, file => KerasFiles.Refusal(file)));
    }

    [Fact]
    public void Two_links_of_one_name_are_refused()
    {
        byte[] file = KerasFiles.Vector("links-old.h5");
        AssertRefused("HDF5_NAME_DUPLICATE", Hdf5Patch.With(file, Hdf5Patch.Find(file, "w10\0"), "w11\0"u8));
    }

    [Fact]
    public void More_links_or_deeper_groups_than_the_limits_are_refused()
    {
        AssertRefused("HDF5_LINK_COUNT", KerasFiles.Vector("links-old.h5"), new ReadLimits { Hdf5Links = 200 });
        AssertRefused("HDF5_LINK_COUNT", KerasFiles.Vector("links.h5"), new ReadLimits { Hdf5Links = 200 });
        AssertRefused("HDF5_GROUP_DEPTH", KerasFiles.Vector("small.weights.h5"), new ReadLimits { Hdf5GroupDepth = 2 });
    }

    [Fact]
    public void More_structures_than_the_limits_are_refused()
    {
        AssertRefused("HDF5_METADATA_SIZE", KerasFiles.Vector("links-old.h5"), new ReadLimits { Hdf5MetadataBytes = 10_000 });
        AssertRefused("HDF5_METADATA_SIZE", KerasFiles.Vector("attributes-latest.h5"), new ReadLimits { Hdf5BlockBytes = 69_000 });
        AssertRefused("HDF5_ATTRIBUTE", KerasFiles.Vector("attributes-latest.h5"), new ReadLimits { Hdf5AttributeBytes = 60_000 });
    }

    [Fact]
    public void A_fractal_heap_with_impossible_measures_is_refused()
    {
        byte[] file = KerasFiles.Vector("links.h5");
        int heap = Hdf5Patch.Find(file, "FRHP");
        foreach (int at in (int[])[5, 110, 112]) // length of ids, width of the table, size of the first blocks
        {
            byte[] changed = Hdf5Patch.Seal(Hdf5Patch.With(file, heap + at, 0, 0), bytes => KerasFiles.Refusal(bytes));
            AssertRefused("HDF5_FRACTAL_HEAP", changed);
        }
    }

    [Fact]
    public void A_B_tree_with_impossible_measures_is_refused()
    {
        byte[] file = KerasFiles.Vector("links.h5");
        int tree = Hdf5Patch.Find(file, "BTHD");
        AssertRefused("HDF5_BTREE", Sealed(Hdf5Patch.With(file, tree + 10, 0, 0))); // records of no bytes
        AssertRefused("HDF5_BTREE", Sealed(Hdf5Patch.With(file, tree + 5, 9))); // another type
        AssertRefused("HDF5_BTREE_CYCLE", Sealed(Hdf5Patch.With(file, tree + 12, 200, 0))); // 200 levels
    }

    [Fact]
    public void Arrays_of_chunks_with_impossible_measures_are_refused()
    {
        byte[] file = KerasFiles.Vector("indexes.h5");
        AssertRefused("HDF5_CHUNK_INDEX", Sealed(Hdf5Patch.With(file, Hdf5Patch.Find(file, "FAHD") + 6, 1)));
        AssertRefused("HDF5_CHUNK_INDEX", Sealed(Hdf5Patch.With(file, Hdf5Patch.Find(file, "FAHD") + 7, 60)));
        AssertRefused("HDF5_CHUNK_INDEX", Sealed(Hdf5Patch.With(file, Hdf5Patch.Find(file, "EAHD") + 7, 99)));
        AssertRefused("HDF5_CHUNK_INDEX", Sealed(Hdf5Patch.With(file, Hdf5Patch.Find(file, "EAHD") + 9, 3)));
        AssertRefused("HDF5_CHUNK_INDEX", Sealed(Hdf5Patch.WithU64(file, Hdf5Patch.Find(file, "FAHD") + 8, 1)));
    }

    private static byte[] Old() => KerasFiles.Vector("links-old.h5");

    private static byte[] Sealed(byte[] file) => Hdf5Patch.Seal(file, bytes => KerasFiles.Refusal(bytes));

    private static void AssertRefused(string code, byte[] file, ReadLimits? limits = null)
    {
        ModelFormatException error = KerasFiles.Refusal(file, limits);
        Assert.Equal(code, error.Code);
        Assert.Equal("small.h5", error.File);
    }

    // A node of a version 1 B-tree of a kind (0 links, 1 chunks) and a level.
    private static int FindNode(byte[] file, byte kind, byte level) => Hdf5Patch.Find(file, [.. "TREE"u8, kind, level]);

    // Layout version 3, chunked, rank 2 and one for the length of a value, address, then 5, 4, 4.
    private static int FindChunkDimensions(byte[] file)
    {
        int at = Hdf5Patch.Find(file, [5, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0]);
        Assert.Equal([3, 2, 3], file[(at - 11)..(at - 8)]);
        return at;
    }
}
