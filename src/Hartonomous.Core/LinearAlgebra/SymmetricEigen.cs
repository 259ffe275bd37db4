namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// Eigenvalues and eigenvectors of a small symmetric matrix of float64: Householder's reduction to three diagonals, then QL with implicit
/// shifts (H. Bowdler, R. Martin, C. Reinsch, J. Wilkinson, "The QR and QL algorithms for symmetric matrices", Numer. Math. 11, 1968).
/// </summary>
internal sealed class SymmetricEigen
{
    /// <summary>Steps within which an eigenvalue settles; two or three are usual.</summary>
    private const int MaxSteps = 60;

    private readonly int _n;
    private readonly double[] _reflectors;
    private readonly double[] _scales;
    private readonly double[] _diagonal;
    private readonly double[] _beside;
    private readonly double[] _vectors;

    private SymmetricEigen(double[] matrix, int n)
    {
        _n = n;
        _reflectors = matrix;
        _scales = new double[n];
        _diagonal = new double[n];
        _beside = new double[n];
        _vectors = new double[n * n];
    }

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">[n, n], symmetric, row-major; is overwritten.</param>
    /// <param name="n">Its side.</param>
    /// <returns>The eigenvalues, largest first, and in the same order the eigenvectors, each a row of [n, n] of length 1.</returns>
    /// <exception cref="ArithmeticException">An element is NaN or infinite.</exception>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int n)
    {
        if (matrix.AsSpan().ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
        {
            throw new ArithmeticException("The matrix holds NaN or an infinite number.");
        }

        SymmetricEigen work = new(matrix, n);
        work.Reduce();
        work.Iterate();
        work.TurnBack();
        return work.Sorted();
    }

    private Span<double> Row(int row) => _reflectors.AsSpan(row * _n, _n);

    private Span<double> Vector(int row) => _vectors.AsSpan(row * _n, _n);

    /// <summary>To three diagonals by n - 2 reflections; the reflectors stay in the rows right of the diagonal.</summary>
    private void Reduce()
    {
        double[] product = new double[_n];
        for (int k = 0; k < _n; k++)
        {
            _diagonal[k] = Row(k)[k];
            if (k + 1 >= _n)
            {
                break;
            }

            Span<double> v = Row(k)[(k + 1)..];
            double norm = Math.Sqrt(DoubleKernels.Dot(v, v));
            if (k + 2 >= _n || norm == 0)
            {
                _beside[k] = v[0];
                _scales[k] = 0;
                continue;
            }

            double alpha = v[0] > 0 ? -norm : norm;
            v[0] -= alpha;
            _beside[k] = alpha;
            _scales[k] = 2 / DoubleKernels.Dot(v, v);
            ReflectBothSides(k, v, product);
        }
    }

    /// <summary>The rest of the matrix, H A H with H = 1 - scale v vT: A - v wT - w vT.</summary>
    private void ReflectBothSides(int k, ReadOnlySpan<double> v, double[] product)
    {
        Span<double> w = product.AsSpan(0, v.Length);
        for (int i = 0; i < v.Length; i++)
        {
            w[i] = _scales[k] * DoubleKernels.Dot(Row(k + 1 + i)[(k + 1)..], v);
        }

        DoubleKernels.AddScaled(w, -0.5 * _scales[k] * DoubleKernels.Dot(w, v), v);
        for (int i = 0; i < v.Length; i++)
        {
            Span<double> row = Row(k + 1 + i)[(k + 1)..];
            DoubleKernels.AddScaled(row, -v[i], w);
            DoubleKernels.AddScaled(row, -w[i], v);
        }
    }

    private void Iterate()
    {
        for (int i = 0; i < _n; i++)
        {
            Vector(i)[i] = 1;
        }

        for (int first = 0; first < _n; first++)
        {
            for (int step = 0; ; step++)
            {
                int last = EndOfBlock(first);
                if (last == first)
                {
                    break;
                }

                if (step == MaxSteps)
                {
                    throw new ArithmeticException($"Eigenvalue {first} of {_n} did not settle in {MaxSteps} steps.");
                }

                Sweep(first, last);
            }
        }
    }

    /// <summary>Where the matrix falls apart: the first place from <paramref name="first"/> on with nothing beside the diagonal.</summary>
    private int EndOfBlock(int first)
    {
        int last = first;
        while (last < _n - 1)
        {
            double size = Math.Abs(_diagonal[last]) + Math.Abs(_diagonal[last + 1]);
            if (size + Math.Abs(_beside[last]) == size)
            {
                break;
            }

            last++;
        }

        return last;
    }

    /// <summary>One step of QL on the block from <paramref name="first"/> to <paramref name="last"/>, with Wilkinson's shift.</summary>
    private void Sweep(int first, int last)
    {
        double g = (_diagonal[first + 1] - _diagonal[first]) / (2 * _beside[first]);
        double r = double.Hypot(g, 1);
        g = _diagonal[last] - _diagonal[first] + (_beside[first] / (g + Math.CopySign(r, g)));
        double sine = 1;
        double cosine = 1;
        double p = 0;
        for (int i = last - 1; i >= first; i--)
        {
            double f = sine * _beside[i];
            double b = cosine * _beside[i];
            r = double.Hypot(f, g);
            _beside[i + 1] = r;
            if (r == 0)
            {
                _diagonal[i + 1] -= p;
                _beside[last] = 0;
                return;
            }

            sine = f / r;
            cosine = g / r;
            g = _diagonal[i + 1] - p;
            r = ((_diagonal[i] - g) * sine) + (2 * cosine * b);
            p = sine * r;
            _diagonal[i + 1] = g + p;
            g = (cosine * r) - b;
            DoubleKernels.Rotate(Vector(i), Vector(i + 1), cosine, sine);
        }

        _diagonal[first] -= p;
        _beside[first] = g;
        _beside[last] = 0;
    }

    /// <summary>From the eigenvectors of the three diagonals to those of the matrix: the reflections, last first.</summary>
    private void TurnBack()
    {
        for (int i = 0; i < _n; i++)
        {
            Span<double> vector = Vector(i);
            for (int k = _n - 3; k >= 0; k--)
            {
                ReadOnlySpan<double> v = Row(k)[(k + 1)..];
                Span<double> part = vector[(k + 1)..];
                DoubleKernels.AddScaled(part, -_scales[k] * DoubleKernels.Dot(v, part), v);
            }
        }
    }

    private (double[] Values, double[] Vectors) Sorted()
    {
        int[] order = [.. Enumerable.Range(0, _n).OrderByDescending(i => _diagonal[i])];
        double[] vectors = new double[_n * _n];
        for (int i = 0; i < _n; i++)
        {
            Vector(order[i]).CopyTo(vectors.AsSpan(i * _n));
        }

        return ([.. order.Select(i => _diagonal[i])], vectors);
    }
}
