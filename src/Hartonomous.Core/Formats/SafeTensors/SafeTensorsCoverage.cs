using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>Checks that the tensors of a file cover its data exactly, so that no byte is hidden and none is read as two tensors.</summary>
internal static class SafeTensorsCoverage
{
    /// <summary>Fails at a hole, an overlap, data that are missing and data behind the last tensor, in this order.</summary>
    /// <param name="source">The whole file.</param>
    /// <param name="dataStart">Where the header ends.</param>
    /// <param name="entries">The tensors in any order.</param>
    /// <exception cref="ModelFormatException">The tensors do not cover the data exactly.</exception>
    public static void Check(ByteSource source, long dataStart, IReadOnlyList<SafeTensorsEntry> entries)
    {
        long dataLength = source.Length - dataStart;
        long covered = FindEnd(source, entries);
        if (covered > dataLength)
        {
            throw new ModelFormatException(
                SafeTensorsErrorCodes.DataTruncated,
                source.Name,
                source.Length,
                $"the tensors need {covered} bytes of data, the file has {dataLength}");
        }

        if (covered < dataLength)
        {
            throw new ModelFormatException(
                SafeTensorsErrorCodes.TrailingData,
                source.Name,
                dataStart + covered,
                $"{dataLength - covered} bytes behind the last tensor belong to none");
        }
    }

    private static long FindEnd(ByteSource source, IReadOnlyList<SafeTensorsEntry> entries)
    {
        (long Begin, long End, int Index)[] ranges = new (long, long, int)[entries.Count];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = (entries[i].Range.Begin, entries[i].Range.End, i);
        }

        Array.Sort(ranges);
        long covered = 0;
        foreach ((long begin, long end, int index) in ranges)
        {
            if (begin != covered)
            {
                string name = ErrorText.Quote(entries[index].Name);
                (string code, string problem) = begin > covered
                    ? (SafeTensorsErrorCodes.Hole, $"{name} begins at {begin}, the bytes from {covered} on belong to no tensor")
                    : (SafeTensorsErrorCodes.Overlap, $"{name} begins at {begin}, within the tensor before it, which ends at {covered}");
                throw new ModelFormatException(code, source.Name, entries[index].Offset, problem);
            }

            covered = end;
        }

        return covered;
    }
}
