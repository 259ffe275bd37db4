using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Pipeline;

/// <summary>
/// Divides a file into tensors and the literal bytes between them, in the order of the file. Tensors that do not lie in the file in one
/// run, or lie over another, are loose: their bytes stay literal, and their content is stored besides.
/// </summary>
internal sealed class FileLayout
{
    private FileLayout(IReadOnlyList<LayoutSegment> segments, IReadOnlyList<int> loose)
    {
        Segments = segments;
        LooseTensors = loose;
    }

    /// <summary>The runs, which cover the file from its beginning to its end.</summary>
    public IReadOnlyList<LayoutSegment> Segments { get; }

    /// <summary>Numbers of the tensors that have no run of their own; empty tensors are among them.</summary>
    public IReadOnlyList<int> LooseTensors { get; }

    /// <summary>The layout of a source that is one tensor's content and nothing else.</summary>
    public static FileLayout OfTensor(int number, long sizeBytes) => new([new LayoutSegment(0, sizeBytes, number)], []);

    /// <summary>Divides a file.</summary>
    /// <param name="path">Path of the file in its model.</param>
    /// <param name="sizeBytes">Its length.</param>
    /// <param name="tensors">All tensors of the model.</param>
    public static FileLayout Of(string path, long sizeBytes, IReadOnlyList<TensorInfo> tensors)
    {
        List<LayoutSegment> segments = [];
        List<int> loose = [];
        long end = 0;
        IEnumerable<int> inFile = Enumerable.Range(0, tensors.Count).Where(number => tensors[number].File == path);
        foreach (int number in inFile.OrderBy(number => tensors[number].Offset))
        {
            TensorInfo tensor = tensors[number];
            if (!tensor.IsContiguous || tensor.SizeBytes == 0 || tensor.Offset < end)
            {
                loose.Add(number);
                continue;
            }

            if (tensor.Offset > end)
            {
                segments.Add(new LayoutSegment(end, tensor.Offset - end, -1));
            }

            segments.Add(new LayoutSegment(tensor.Offset, tensor.SizeBytes, number));
            end = tensor.Offset + tensor.SizeBytes;
        }

        if (end < sizeBytes)
        {
            segments.Add(new LayoutSegment(end, sizeBytes - end, -1));
        }

        return new FileLayout(segments, loose);
    }
}
