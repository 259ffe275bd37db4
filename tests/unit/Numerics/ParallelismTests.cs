using Hartonomous.Core.LinearAlgebra;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Tests.Numerics;

public class ParallelismTests
{
    [Fact]
    public async Task A_limit_goes_with_what_is_begun_within_it_and_with_nothing_else()
    {
        await Task.Run(async () =>
        {
            Parallelism.Use(3);
            Assert.Equal(3, Parallelism.Limit);
            Assert.Equal(3, await Task.Run(() => Parallelism.Limit));
        });
        Assert.Equal(Environment.ProcessorCount, Parallelism.Limit);
    }

    [Fact]
    public async Task Matrices_are_computed_on_as_many_threads_as_the_limit_says_where_no_number_is_given() =>
        await Task.Run(() =>
        {
            Parallelism.Use(7);
            Assert.Equal(7, DoubleKernels.Threads(0).MaxDegreeOfParallelism);
            Assert.Equal(2, DoubleKernels.Threads(2).MaxDegreeOfParallelism);
        });

    [Fact]
    public void A_negative_limit_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.Use(-1));
}
