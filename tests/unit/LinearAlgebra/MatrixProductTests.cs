using System.Runtime.Intrinsics;
using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Tests.LinearAlgebra;

public class MatrixProductTests
{
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 3, 5, 2 }, { 8, 48, 16 }, { 7, 47, 15 }, { 9, 49, 257 }, { 16, 96, 256 }, { 33, 100, 300 }, { 130, 17, 31 },
        { 400, 60, 20 }, { 5, 3100, 3 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_product_is_the_sum_of_products_on_every_width_and_turn(int rows, int columns, int depth)
    {
        double[,] a = Numbers(rows, depth, 1);
        double[,] b = Numbers(depth, columns, 2);
        foreach (bool turnLeft in new[] { false, true })
        {
            foreach (bool turnRight in new[] { false, true })
            {
                foreach (int bits in new[] { 0, 128, 256, 512 })
                {
                    Matrix product = new(rows, columns);
                    MatrixProduct.Add(ToMatrix(a, turnLeft), ToMatrix(b, turnRight), product, turnLeft, turnRight, threads: 1, bits);
                    AssertIsProduct(a, b, product);
                }
            }
        }
    }

    [Fact]
    public void Every_width_and_number_of_threads_gives_the_same_bits()
    {
        Matrix left = ToMatrix(Numbers(301, 515, 3), false);
        Matrix right = ToMatrix(Numbers(515, 203, 4), false);
        Matrix expected = new(301, 203);
        MatrixProduct.Add(left, right, expected, false, false, threads: 1, vectorBits: 0);
        foreach (int bits in new[] { 128, 256, 512 })
        {
            foreach (int threads in new[] { 1, 2, 5 })
            {
                Matrix product = new(301, 203);
                MatrixProduct.Add(left, right, product, false, false, threads, bits);
                Assert.Equal(expected.Values, product.Values);
            }
        }
    }

    [Fact]
    public void A_product_is_added_to_what_is_there()
    {
        Matrix sum = new(1, 1, [10f]);
        MatrixProduct.Add(new Matrix(1, 2, [2f, 3f]), new Matrix(2, 1, [5f, 7f]), sum, false, false, 1, VectorBits.Hardware);
        Assert.Equal(41f, sum[0, 0]);
    }

    [Fact]
    public void Inner_dimensions_that_differ_are_refused() =>
        Assert.Contains(
            "2 and 3", Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(new Matrix(4, 2), new Matrix(3, 4))).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_inner_dimension_gives_zeros() => Assert.Equal([0f, 0f], MatrixProduct.Multiply(new Matrix(1, 0), new Matrix(0, 2)).Values);

    [Fact]
    public void A_nan_reaches_only_its_row_and_column()
    {
        Matrix left = ToMatrix(Numbers(10, 4, 5), false);
        left[3, 1] = float.NaN;
        Matrix product = MatrixProduct.Multiply(left, ToMatrix(Numbers(4, 50, 6), false));
        for (int row = 0; row < 10; row++)
        {
            Assert.Equal(row == 3, float.IsNaN(product[row, 20]));
        }
    }

    [Fact]
    public void The_hardware_width_is_one_there_is_a_kernel_for()
    {
        Assert.Contains(VectorBits.Hardware, new[] { 0, 128, 256, 512 });
        Assert.Equal(Vector512.IsHardwareAccelerated, VectorBits.Hardware == 512);
    }

    internal static double[,] Numbers(int rows, int columns, int seed)
    {
        Random random = new(seed);
        double[,] numbers = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                numbers[i, j] = (float)(random.NextDouble() - 0.5);
            }
        }

        return numbers;
    }

    internal static Matrix ToMatrix(double[,] numbers, bool turned)
    {
        int rows = numbers.GetLength(0);
        int columns = numbers.GetLength(1);
        Matrix matrix = turned ? new(columns, rows) : new(rows, columns);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                matrix[turned ? j : i, turned ? i : j] = (float)numbers[i, j];
            }
        }

        return matrix;
    }

    private static void AssertIsProduct(double[,] a, double[,] b, Matrix product)
    {
        int depth = a.GetLength(1);
        for (int i = 0; i < product.Rows; i++)
        {
            for (int j = 0; j < product.Columns; j++)
            {
                double sum = 0;
                double size = 0;
                for (int k = 0; k < depth; k++)
                {
                    sum += a[i, k] * b[k, j];
                    size += Math.Abs(a[i, k] * b[k, j]);
                }

                // The bound of a chain of fused multiply-adds: half a unit of float32 in the last place for each.
                Assert.InRange(product[i, j], sum - (size * depth * 6e-8), sum + (size * depth * 6e-8));
            }
        }
    }
}
