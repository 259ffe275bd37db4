using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>Opens GGUF files from memory.</summary>
internal static class GgufFiles
{
    public static ModelSource Open(byte[] file, ReadLimits? limits = null, string name = "small.gguf")
    {
        ModelLocation location = new() { Name = "small", Format = ModelFormat.Gguf, Folder = Path.GetTempPath(), WeightFiles = [name] };
        ModelFile[] files = [new ModelFile(name, new MemoryByteSource(name, file))];
        return GgufFormat.Open(location, files, limits ?? ReadLimits.Default, CancellationToken.None);
    }

    public static ModelSource Open(string path)
    {
        GgufFormat format = new();
        return format.Open(format.Locate(path, ReadLimits.Default), ReadLimits.Default, CancellationToken.None);
    }

    /// <summary>The error a file ends in.</summary>
    public static ModelFormatException Refusal(byte[] file, ReadLimits? limits = null) =>
        Assert.Throws<ModelFormatException>(() => Open(file, limits));

    public static byte[] Content(ModelSource model, TensorInfo tensor)
    {
        using ByteSource source = model.OpenTensor(tensor);
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(0, bytes);
        return bytes;
    }
}
