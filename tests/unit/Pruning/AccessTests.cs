using System.Globalization;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Pruning;

/// <summary>When contents were used.</summary>
public abstract class AccessTests : IDisposable
{
    private protected static readonly DateTime Old = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    private readonly TempFolder _folder = new();
    private readonly StoreHome _home;

    private protected AccessTests(StoreHome home)
    {
        _home = home;
        FloatModel model = new FloatModel().Add("a", [100], FloatModel.Noise(1, 100)).Add("b", [100], FloatModel.Noise(2, 100));
        string file = _folder.Write("m.safetensors", model.Build());
        using ModelSource source = ModelReader.Open(ModelReader.Locate(file)[0]);
        new ModelImporter(_home.Store).Import(source);
        _home.Reopen();
    }

    public void Dispose()
    {
        _home.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Reading_values_is_noted_when_the_store_closes_and_no_earlier()
    {
        SetAll(Old);
        Read("a");
        Assert.Equal([2001, 2001], Years());

        _home.Reopen();
        Assert.Equal([DateTime.UtcNow.Year, 2001], Years());
    }

    [Fact]
    public void An_export_uses_all_tensors_and_a_verification_none()
    {
        SetAll(Old);
        new StoreVerifier(_home.Store).Verify(full: true);
        _home.Store.FlushAccess();
        Assert.Equal([2001, 2001], Years());
        new ModelExporter(_home.Store).Export("m", _folder.File("out.safetensors"));
        _home.Store.FlushAccess();
        Assert.All(Years(), year => Assert.NotEqual(2001, year));
    }

    [Fact]
    public void A_time_that_is_less_than_an_hour_old_is_not_written_again()
    {
        SetAll(DateTime.UtcNow.AddMinutes(-50));
        List<DateTime> recent = Times();
        Read("a");
        _home.Store.FlushAccess();
        Assert.Equal(recent, Times());
        SetAll(DateTime.UtcNow.AddMinutes(-70));
        Read("a");
        _home.Store.FlushAccess();
        Assert.Equal(2, Times().Distinct().Count());
    }

    private protected void Read(string tensor)
    {
        ModelTensors model = ModelTensors.Of(_home.Store, _home.Store.FindModel("m")!);
        TensorReading.Read(model, model.Tensors.Single(info => info.Name == tensor));
    }

    private protected int[] Years() =>
        [.. _home.Store.ListTensors(_home.Store.FindModel("m")!.ModelId).Select(tensor => tensor.LastAccessedAtUtc.Year)];

    private protected void SetAll(DateTime time) => _home.Execute($"UPDATE Atoms SET LastAccessedAt = '{Text(time)}'");

    private List<DateTime> Times() =>
        [.. _home.Store.ListTensors(_home.Store.FindModel("m")!.ModelId).Select(tensor => tensor.LastAccessedAtUtc)];

    // As both kinds of database write a time of UTC.
    private static string Text(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
