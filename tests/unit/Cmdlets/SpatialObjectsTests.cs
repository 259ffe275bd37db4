using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Storage;

namespace Hartonomous.Tests.Cmdlets;

public class SpatialObjectsTests
{
    [Fact]
    public void Enumerations_have_the_members_of_those_of_the_core()
    {
        Assert.Equal(Enum.GetNames<IndexStrategy>(), Enum.GetNames<HartIndexStrategy>());
        Assert.Equal(Enum.GetNames<SpatialLevel>(), Enum.GetNames<HartSpatialLevel>());
        Assert.Equal(Enum.GetNames<ProjectionMethod>(), Enum.GetNames<HartProjectionMethod>());
        Assert.Equal(Enum.GetNames<CurveKind>(), Enum.GetNames<HartCurve>());
    }
}
