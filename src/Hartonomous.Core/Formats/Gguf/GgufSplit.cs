using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// Models that lie in several files. Every file is a GGUF file of its own and has <c>split.no</c> (from 0), <c>split.count</c> and
/// <c>split.tensors.count</c> (of all files); the first has the model's metadata. As written by llama.cpp's <c>gguf-split</c> and gguf-py.
/// </summary>
internal static class GgufSplit
{
    private const int MissingShown = 4;

    /// <summary>The model that a file belongs to, from its name and those beside it.</summary>
    /// <exception cref="ModelFormatException">Files are missing, or the name's numbers are impossible.</exception>
    public static ModelLocation Locate(string path)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? full;
        string fileName = Path.GetFileName(full);
        if (GgufSplitName.Parse(fileName) is not { } name)
        {
            return Location(folder, Path.GetFileNameWithoutExtension(fileName), [fileName]);
        }

        if (!name.IsValid)
        {
            throw new ModelFormatException(
                GgufErrorCodes.SplitName, full, null, $"the name says file {name.Number} of {name.Count}, 1 to {name.Count} are possible");
        }

        List<string> files = new(name.Count);
        List<string> missing = [];
        for (int number = 1; number <= name.Count && missing.Count <= MissingShown; number++)
        {
            string sibling = number == name.Number ? fileName : name.FileName(number);
            (File.Exists(Path.Combine(folder, sibling)) ? files : missing).Add(sibling);
        }

        return missing.Count == 0 ? Location(folder, name.Stem, files) : throw Missing(full, name.Count, missing);
    }

    /// <summary>Holds the headers of a model's files, in their order, against each other and against the files' names.</summary>
    public static void Check(IReadOnlyList<ModelFile> files, IReadOnlyList<GgufHeader> headers)
    {
        if (files.Count == 1)
        {
            CheckSingle(files[0], headers[0]);
            return;
        }

        int tensors = headers.Sum(header => header.Tensors.Count);
        for (int i = 0; i < files.Count; i++)
        {
            CheckPlace(files[i], headers[i], i, files.Count);
            Expect(headers[i], GgufConstants.SplitTensorsCountKey, GgufErrorCodes.SplitTensorCount, tensors, "all files have so many");
            if (headers[i].Version != headers[0].Version || headers[i].Order != headers[0].Order)
            {
                throw new ModelFormatException(
                    GgufErrorCodes.SplitMixed,
                    headers[i].Source.Name,
                    4,
                    $"the file is version {headers[i].Version} in {headers[i].Order}-endian byte order, the first file is version "
                    + $"{headers[0].Version} in {headers[0].Order}-endian byte order");
            }
        }

        CheckNames(headers);
    }

    private static ModelLocation Location(string folder, string stem, IReadOnlyList<string> files) => new()
    {
        Name = ModelNaming.DefaultName(folder, stem),
        Format = ModelFormat.Gguf,
        Folder = folder,
        WeightFiles = files,
    };

    private static ModelFormatException Missing(string file, int count, List<string> missing) => new(
        GgufErrorCodes.SplitMissing,
        file,
        null,
        $"the file is one of {count}, and the folder lacks {string.Join(", ", missing.Take(MissingShown))}"
        + (missing.Count > MissingShown ? " and more" : string.Empty));

    private static void CheckSingle(ModelFile file, GgufHeader header)
    {
        GgufSplitName? name = GgufSplitName.Parse(Path.GetFileName(file.Path));
        long count = ReadNumber(header, GgufConstants.SplitCountKey, GgufErrorCodes.SplitCount) ?? 1;
        if (count > 1)
        {
            throw name is null
                ? Error(
                    header,
                    GgufErrorCodes.SplitName,
                    GgufConstants.SplitCountKey,
                    $"the file is one of {count}: the name NAME-00001-of-{count:D5}.gguf is expected, and the others beside it")
                : Error(
                    header,
                    name.Count == count ? GgufErrorCodes.SplitMissing : GgufErrorCodes.SplitCount,
                    GgufConstants.SplitCountKey,
                    $"the file is one of {count}, but was opened without the others");
        }

        if (name is { Count: > 1 })
        {
            throw Error(
                header,
                GgufErrorCodes.SplitCount,
                GgufConstants.SplitCountKey,
                $"the name says that there are {name.Count} files, but the file says nothing of others");
        }
    }

    private static void CheckPlace(ModelFile file, GgufHeader header, int place, int count)
    {
        GgufSplitName? name = GgufSplitName.Parse(Path.GetFileName(file.Path));
        if (name is null || name.Number != place + 1 || name.Count != count)
        {
            throw new ModelFormatException(
                GgufErrorCodes.SplitName,
                header.Source.Name,
                null,
                $"file {place + 1} of {count} is expected to be called NAME-{place + 1:D5}-of-{count:D5}.gguf");
        }

        Expect(header, GgufConstants.SplitCountKey, GgufErrorCodes.SplitCount, count, "there are so many files");
        Expect(header, GgufConstants.SplitNoKey, GgufErrorCodes.SplitNo, place, "the file's name says so, counted from 1");
    }

    private static void CheckNames(IReadOnlyList<GgufHeader> headers)
    {
        Dictionary<string, GgufHeader> seen = new(StringComparer.Ordinal);
        foreach (GgufHeader header in headers)
        {
            foreach (GgufTensorEntry tensor in header.Tensors)
            {
                if (!seen.TryAdd(tensor.Name, header))
                {
                    throw new ModelFormatException(
                        GgufErrorCodes.SplitNameDuplicate,
                        header.Source.Name,
                        tensor.EntryStart,
                        $"tensor {ErrorText.Quote(tensor.Name)} is in {Path.GetFileName(seen[tensor.Name].Source.Name)} as well");
                }
            }
        }
    }

    private static void Expect(GgufHeader header, string key, string code, long expected, string why)
    {
        long? found = ReadNumber(header, key, code);
        if (found != expected)
        {
            throw Error(header, code, key, $"{key} is {(found is { } number ? number : "absent")}, {expected} is expected: {why}");
        }
    }

    private static long? ReadNumber(GgufHeader header, string key, string code) =>
        !header.Metadata.TryGetValue(key, out MetadataValue? value)
            ? null
            : value.Scalar switch
            {
                long number => number,
                ulong number when number <= long.MaxValue => (long)number,
                ulong number => throw Error(header, code, key, $"{key} is {number}"),
                _ => throw Error(
                    header,
                    GgufErrorCodes.SplitType,
                    key,
                    $"{key} is {ErrorText.Quote(value.ToString())}, a whole number is expected"),
            };

    private static ModelFormatException Error(GgufHeader header, string code, string key, string problem)
    {
        int index = header.Metadata.IndexOf(key);
        return new ModelFormatException(code, header.Source.Name, index < 0 ? null : header.MetadataRanges[index].Start, problem);
    }
}
