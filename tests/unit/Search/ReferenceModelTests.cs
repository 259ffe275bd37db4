using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Search;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

/// <summary>Relatives among public models.</summary>
public sealed class ReferenceModelTests : IDisposable
{
    private readonly SpatialStoreFixture _fixture = new(new EmbeddedHome());

    public void Dispose() => _fixture.Dispose();

    [ReferenceDataFact]
    public void Two_checkpoints_of_one_training_are_each_others_nearest_tensor_by_tensor()
    {
        StoredModel first = Import("keras/fer2013_mini_XCEPTION.100-0.65.hdf5");
        StoredModel second = Import("keras/fer2013_mini_XCEPTION.102-0.66.hdf5");
        ImportStrangers();
        Spatializer.Run(_fixture.Store);

        Assert.Equal((second.Name, LineageVerdict.FineTune), Closest(first));
        Assert.Equal((first.Name, LineageVerdict.FineTune), Closest(second));
        int compared = 0;
        foreach ((StoredModel own, StoredModel other) in (IEnumerable<(StoredModel, StoredModel)>)[(first, second), (second, first)])
        {
            // Kernels find their twins before all else there is. The vectors of batch normalization are alike from layer to layer: of those only the
            // model is asked for, among the others.
            long[] others = [.. _fixture.Store.ListModels().Select(model => model.ModelId).Where(id => id != own.ModelId)];
            foreach (StoredTensor tensor in _fixture.Store.ListTensors(own.ModelId)
                .Where(tensor => tensor.Info.Name.StartsWith("model_weights/", StringComparison.Ordinal)))
            {
                bool isKernel = tensor.Info.Name.Contains("kernel", StringComparison.Ordinal);
                SimilarTensors found = SimilarTensorFinder.Find(
                    _fixture.Store,
                    SearchedTensor.InStore(_fixture.Store, own, tensor.Info.Name),
                    new SimilarityOptions { Top = 1, ModelIds = isKernel ? null : others });
                SimilarTensor nearest = Assert.Single(found.Results);
                Assert.Equal(other.Name, nearest.Hit.Tensor.Model);
                Assert.True(!isKernel || nearest.Hit.Tensor.Info.Name == tensor.Info.Name, tensor.Info.Name);
                compared++;
            }
        }

        Assert.InRange(compared, 100, 400);
    }

    [ReferenceDataFact]
    public void One_network_in_four_containers_is_one_family()
    {
        // By numpy: the ONNX file and the 16 kHz half of the TorchScript file have the same weights, the SafeTensors file another revision (cosines of
        // 0.90 to 0.996), the file named half another training (cosines of 0): of that one only the Fourier basis is shared by all four.
        string[] names = ["silero_vad_16k", "silero_vad_16k_op15", "silero_vad_half", "silero_vad"];
        Import("safetensors/silero_vad_16k.safetensors");
        Import("onnx/silero_vad_16k_op15.onnx");
        Import("onnx/silero_vad_half.onnx");
        Import("pytorch/silero_vad.jit");
        ImportStrangers();
        Spatializer.Run(_fixture.Store);
        foreach (string name in names)
        {
            LineageResult result = ModelLineage.Find(_fixture.Store, _fixture.Store.FindModel(name)!);
            Assert.Equal(names.Where(other => other != name).Order(), result.Relatives.Select(relative => relative.Model.Name).Order());
        }

        ModelRelative scripted = ModelLineage.Find(_fixture.Store, _fixture.Store.FindModel("silero_vad_16k_op15")!)
            .Relatives.Single(relative => relative.Model.Name == "silero_vad");
        Assert.All(
            scripted.Layers.Where(layer => layer.Tensor.Shape.ElementCount > 64),
            layer => Assert.Equal(Kinship.Identical, layer.Kinship));
        Assert.Equal(("silero_vad_16k_op15", LineageVerdict.FineTune), Closest(_fixture.Store.FindModel("silero_vad_16k")!));
    }

    [ReferenceDataFact]
    public void A_tensor_of_an_unstored_file_finds_its_twin_in_another_container()
    {
        Import("onnx/silero_vad_16k_op15.onnx");
        ImportStrangers();
        Spatializer.Run(_fixture.Store);
        using ModelSource script = ModelReader.Open(Assert.Single(ModelReader.Locate(TestData.Reference("public/pytorch/silero_vad.jit"))));
        SimilarTensors found = SimilarTensorFinder.Find(
            _fixture.Store, SearchedTensor.InFile(ModelTensors.Of(script), "_model.decoder.rnn.weight_hh"),
            new SimilarityOptions { Top = 1, IsRefined = true });
        SimilarTensor twin = Assert.Single(found.Results);
        Assert.Equal(("silero_vad_16k_op15", "model.decoder.rnn.weight_hh"), (twin.Hit.Tensor.Model, twin.Hit.Tensor.Info.Name));
        Assert.Equal(1, twin.WeightSimilarity!.Value, 1e-12);
    }

    private void ImportStrangers()
    {
        foreach (string file in (string[])["onnx/ppocr_mobile_v2_cls.onnx", "onnx/light_resnet50.onnx", "pytorch/mtcnn_rnet.pt", "pytorch/mtcnn_pnet.pt"])
        {
            Import(file);
        }
    }

    private StoredModel Import(string file)
    {
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(TestData.Reference($"public/{file}"))));
        ImportResult result = new ModelImporter(_fixture.Store).Import(source, new ImportOptions());
        return _fixture.Store.FindModel(result.Model)!;
    }

    private (string, LineageVerdict) Closest(StoredModel model)
    {
        LineageResult result = ModelLineage.Find(_fixture.Store, model);
        return (result.Relatives[0].Model.Name, result.Relatives[0].Verdict);
    }
}
