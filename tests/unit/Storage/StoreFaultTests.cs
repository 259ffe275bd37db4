using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.Embedded.Maintenance;
using Hartonomous.Tests.Cli;
using Hartonomous.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Tests.Storage;

/// <summary>Disks that are full or read-only, and sources that change: a clear error, and a store that verifies.</summary>
public sealed class StoreFaultTests : IDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SmallDiskFact]
    public void A_full_disk_ends_an_import_which_goes_on_when_there_is_room()
    {
        using SmallDisk disk = SmallDisk.Mount(30);
        string root = Path.Combine(disk.Root, "store");
        TestModel small = Model("small", 1, 16);
        TestModel large = Model("large", 2, 640);
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(root);
        Import(store, small);

        StoreException error = Assert.Throws<StoreException>(() => Import(store, large));

        Assert.Equal(StoreErrorCodes.StoreFull, error.Code);
        AssertWhole(store, small);
        Assert.Equal(["small"], store.ListModels().Select(model => model.Name));
        disk.Resize(100);
        ImportResult resumed = Import(store, large);
        Assert.True(resumed.Resumed);
        AssertWhole(store, small, large);
    }

    [SmallDiskFact]
    public void Every_size_of_a_full_disk_leaves_a_store_that_verifies()
    {
        for (int megabytes = 1; megabytes <= 4; megabytes++)
        {
            using SmallDisk disk = SmallDisk.Mount(megabytes);
            string root = Path.Combine(disk.Root, "store");
            StoreException error = Assert.Throws<StoreException>(() =>
            {
                using EmbeddedStore store = EmbeddedStore.OpenOrCreate(root);
                Import(store, Model("m", 1, 100));
            });
            Assert.Equal(StoreErrorCodes.StoreFull, error.Code);
            disk.Resize(20);
            using EmbeddedStore opened = EmbeddedStore.OpenOrCreate(root);
            AssertWhole(opened);
            Import(opened, Model("m", 1, 100));
            AssertWhole(opened, Model("m", 1, 100));
        }
    }

    [SmallDiskFact]
    public void A_full_disk_ends_an_optimization_that_has_to_copy_and_nothing_is_lost()
    {
        using SmallDisk disk = SmallDisk.Mount(12);
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Path.Combine(disk.Root, "store"));
        TestModel stays = Model("stays", 1, 100);
        Import(store, stays);
        Import(store, Model("goes", 2, 30));
        store.RemoveModel(store.FindModel("goes")!.ModelId);

        Assert.Equal(StoreErrorCodes.StoreFull, Assert.Throws<StoreException>(() => store.Optimize(new OptimizeOptions(), null, default)).Code);

        AssertWhole(store, stays);
        disk.Resize(40);
        Assert.Equal(1, store.Optimize(new OptimizeOptions(), null, default).CompactedPacks);
        AssertWhole(store, stays);
    }

    [SmallDiskFact]
    public void A_read_only_disk_can_be_read_and_refuses_the_rest()
    {
        using SmallDisk disk = SmallDisk.Mount(8);
        string root = Path.Combine(disk.Root, "store");
        TestModel model = Model("m", 1, 16);
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(root))
        {
            Import(store, model);
        }

        SqliteConnection.ClearAllPools();
        disk.SetReadOnly(true);
        using (EmbeddedStore store = EmbeddedStore.Open(root))
        {
            AssertWhole(store, model);
            Assert.Equal(StoreErrorCodes.StoreReadOnly, Assert.Throws<StoreException>(() => Import(store, Model("n", 2, 16))).Code);
            Assert.Equal(StoreErrorCodes.StoreReadOnly, Assert.Throws<StoreException>(() => store.RemoveModel(store.FindModel("m")!.ModelId)).Code);
            Assert.Equal(
                StoreErrorCodes.StoreReadOnly, Assert.Throws<StoreException>(() => store.Optimize(new OptimizeOptions(), null, default)).Code);
        }

        disk.SetReadOnly(false);
        using EmbeddedStore writable = EmbeddedStore.Open(root);
        AssertWhole(writable, model);
    }

    [OrdinaryUserFact]
    public void A_store_that_the_user_may_not_write_to_can_be_read_and_refuses_the_rest()
    {
        string root = _folder.File("store/x")[..^2];
        TestModel model = Model("m", 1, 16);
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(root))
        {
            Import(store, model);
        }

        SqliteConnection.ClearAllPools();
        string[] entries = [root, .. Directory.GetFileSystemEntries(root, "*", SearchOption.AllDirectories)];
        SetModes(entries, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            using EmbeddedStore store = EmbeddedStore.Open(root);
            AssertWhole(store, model);
            Assert.Equal(StoreErrorCodes.StoreReadOnly, Assert.Throws<StoreException>(() => Import(store, Model("n", 2, 16))).Code);
        }
        finally
        {
            SetModes(entries, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_source_that_shrinks_while_it_is_read_is_refused()
    {
        // Longer than what is read ahead of the first progress.
        const int size = 256 << 20;
        byte[] header = TinyModel.Build(("w", new byte[1]))[..^1];
        string path = _folder.File("shrinks.safetensors");
        string text = System.Text.Encoding.UTF8.GetString(header, 8, header.Length - 8)
            .Replace("\"shape\":[1]", $"\"shape\":[{size}]", StringComparison.Ordinal)
            .Replace("[0,1]", $"[0,{size}]", StringComparison.Ordinal);
        using (FileStream file = File.Create(path))
        {
            file.Write(BitConverter.GetBytes((long)text.Length));
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.SetLength(file.Position + size);
        }

        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(_folder.File("store/x")[..^2]);
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        Progress cut = new(() =>
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(1000);
        });

        ModelFormatException error = Assert.Throws<ModelFormatException>(() => new ModelImporter(store).Import(source, null, cut));

        Assert.Equal((FormatErrorCodes.FileTruncated, path), (error.Code, error.File));
        Assert.Empty(store.ListModels());
        AssertWhole(store);
    }

    [Theory]
    [InlineData(28, StoreErrorCodes.StoreFull)]
    [InlineData(122, StoreErrorCodes.StoreFull)]
    [InlineData(unchecked((int)0x80070070), StoreErrorCodes.StoreFull)]
    [InlineData(30, StoreErrorCodes.StoreReadOnly)]
    [InlineData(unchecked((int)0x80070013), StoreErrorCodes.StoreReadOnly)]
    [InlineData(5, null)]
    public void Errors_of_the_operating_system_have_the_code_of_their_cause(int code, string? expected) =>
        Assert.Equal(expected, StoreFaults.Translate(new IOException("x", code), "store")?.Code);

    [Theory]
    [InlineData(13, StoreErrorCodes.StoreFull)]
    [InlineData(8, StoreErrorCodes.StoreReadOnly)]
    [InlineData(11, StoreErrorCodes.StoreCorrupt)]
    [InlineData(1, null)]
    public void Errors_of_the_database_have_the_code_of_their_cause(int code, string? expected) =>
        Assert.Equal(expected, StoreFaults.Translate(new SqliteException("x", code), "store")?.Code);

    private static void SetModes(IEnumerable<string> entries, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (string entry in entries)
            {
                File.SetUnixFileMode(entry, mode);
            }
        }
    }

    private static TestModel Model(string name, int seed, int blocks)
    {
        TestModel model = new(name);
        byte[] bytes = TestModel.Noise(seed, blocks * BlockBytes);
        for (int i = 0; i < blocks / 4; i++)
        {
            model.Tensor($"t{i}", TensorDtype.U8, [4, BlockBytes], bytes.AsSpan(i * 4 * BlockBytes, 4 * BlockBytes));
        }

        return model;
    }

    private static ImportResult Import(EmbeddedStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        return new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = BlockBytes, CommitBytes = 1 << 20 });
    }

    private static void AssertWhole(EmbeddedStore store, params TestModel[] models)
    {
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
        using TempFolder folder = new();
        foreach (TestModel model in models)
        {
            new ModelExporter(store).Export(model.Name, folder.Root);
            Assert.Equal(model.Files[0].Bytes, File.ReadAllBytes(Path.Combine(folder.Root, model.Files[0].Path)));
        }
    }

    private sealed class Progress(Action first) : IProgress<OperationProgress>
    {
        private int _reports;

        public void Report(OperationProgress value)
        {
            if (Interlocked.Increment(ref _reports) == 1)
            {
                first();
            }
        }
    }
}
