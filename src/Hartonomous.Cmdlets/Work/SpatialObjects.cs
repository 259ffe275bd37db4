using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Locality;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Makes the objects that the spatial cmdlets write of what the core returns.</summary>
internal static class SpatialObjects
{
    public static HartSpatialReport Report(SpatializeResult result, string store) => new()
    {
        Space = result.Space.ToString(),
        Contents = result.Contents,
        SizeBytes = result.Bytes,
        Sketches = result.Sketches,
        Projected = result.Projected,
        Zero = result.Zero,
        NonFinite = result.NonFinite,
        WithoutHeads = result.WithoutHeads,
        Failures = result.Failures.Count,
        Store = store,
    };

    public static HartSimilarTensor Similar(SimilarTensor result, SimilarTensors found, string store)
    {
        TensorInfo info = result.Hit.Tensor.Info;
        return new HartSimilarTensor
        {
            TensorAtomId = result.Hit.Tensor.TensorAtomId,
            Model = result.Hit.Tensor.Model,
            Tenant = result.Hit.Tenant,
            Name = info.Name,
            Shape = [.. info.Shape.Dimensions],
            Dtype = info.Dtype.ToString(),
            LayerType = Convert.Layer(info.LayerType),
            LayerIndex = info.LayerIndex,
            Distance = result.Hit.Distance,
            Similarity = result.Hit.Similarity,
            WeightSimilarity = result.WeightSimilarity,
            IsIdentical = result.IsIdentical,
            FirstRow = result.Hit.Rows.IsWhole ? null : result.Hit.Rows.First,
            RowCount = result.Hit.Rows.IsWhole ? null : result.Hit.Rows.Count,
            Sha256 = info.Sha256?.ToString(),
            SearchedModel = found.Searched.Content.Name,
            SearchedName = found.Searched.Info.Name,
            Strategy = Enum.Parse<HartIndexStrategy>(found.Strategy.ToString()),
            Candidates = found.Candidates,
            IsCertain = found.Certainty == Certainty.Certain,
            Certainty = found.Certainty.ToString(),
            Store = store,
        };
    }

    /// <summary>One object a relative; one that says so where there is none.</summary>
    public static IEnumerable<HartLineage> Lineage(LineageResult result, string store)
    {
        if (result.Relatives.Count == 0)
        {
            yield return new HartLineage
            {
                Model = result.Model.Name,
                Verdict = LineageVerdict.Unrelated.ToString(),
                Identical = 0,
                Rounded = 0,
                Near = 0,
                Far = 0,
                Missing = 1,
                Layers = [],
                Store = store,
            };
        }

        foreach (ModelRelative relative in result.Relatives)
        {
            yield return new HartLineage
            {
                Model = result.Model.Name,
                Relative = relative.Model.Name,
                RelativeTenant = relative.Model.Tenant,
                Verdict = relative.Verdict.ToString(),
                IsDerived = relative.IsDerived,
                Identical = relative.Shares[Kinship.Identical],
                Rounded = relative.Shares[Kinship.Rounded],
                Near = relative.Shares[Kinship.Near],
                Far = relative.Shares[Kinship.Far],
                Missing = relative.Shares[Kinship.Missing],
                MergeWeight = relative.MergeWeight,
                Layers = [.. relative.Layers.Select(Evidence)],
                Store = store,
            };
        }
    }

    public static HartLocality Locality(HartCurve curve, SpatialSpace space, LocalityReport report, string store) => new()
    {
        Curve = curve,
        Space = space.ToString(),
        Sketches = report.Sketches,
        Pairs = report.Pairs,
        SpacePearson = report.SpacePearson,
        SpaceSpearman = report.SpaceSpearman,
        KeyPearson = report.KeyPearson,
        KeySpearman = report.KeySpearman,
        SketchKeySpearman = report.SketchKeySpearman,
        Neighbors = report.Neighbors,
        SpacePreservation = report.SpacePreservation,
        KeyPreservation = report.KeyPreservation,
        ChancePreservation = report.ChancePreservation,
        Store = store,
    };

    private static HartLayerEvidence Evidence(LayerEvidence layer) => new()
    {
        Name = layer.Tensor.Name,
        OtherName = layer.Other?.Name,
        LayerType = Convert.Layer(layer.Tensor.LayerType),
        LayerIndex = layer.Tensor.LayerIndex,
        Kinship = layer.Kinship.ToString(),
        Similarity = layer.Similarity,
        RelativeError = layer.RelativeError,
    };
}
