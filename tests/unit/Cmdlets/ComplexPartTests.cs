using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Cmdlets;

public class ComplexPartTests
{
    [Fact]
    public void The_module_names_the_parts_of_complex_numbers_as_the_core_does() =>
        Assert.Equal(Enum.GetNames<ComplexPart>(), Enum.GetNames<HartComplexPart>());
}
