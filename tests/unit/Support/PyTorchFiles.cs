using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.PyTorch;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>Opens PyTorch files, from memory and from disk.</summary>
internal static class PyTorchFiles
{
    public static ModelSource Open(byte[] file, ReadLimits? limits = null, string name = "small.pt")
    {
        ModelLocation location = new() { Name = "small", Format = ModelFormat.PyTorch, Folder = TempPath, WeightFiles = [name] };
        ModelFile[] files = [new ModelFile(name, new MemoryByteSource(name, file))];
        return PyTorchFormat.Open(location, files, limits ?? ReadLimits.Default, CancellationToken.None);
    }

    /// <summary>A folder that is not there, so that no configuration is found in it.</summary>
    private static string TempPath => Path.Combine(Path.GetTempPath(), "no-such-folder-of-models");

    public static ModelSource Open(string path)
    {
        PyTorchFormat format = new();
        return format.Open(format.Locate(path, ReadLimits.Default), ReadLimits.Default, CancellationToken.None);
    }

    /// <summary>The error a file ends in.</summary>
    public static ModelFormatException Refusal(byte[] file, ReadLimits? limits = null) =>
        Assert.Throws<ModelFormatException>(() => Open(file, limits).Dispose());

    public static byte[] Content(ModelSource model, TensorInfo tensor)
    {
        using ByteSource source = model.OpenTensor(tensor);
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(0, bytes);
        return bytes;
    }

    public static TensorInfo Tensor(ModelSource model, string name) => Assert.Single(model.Metadata.Tensors, tensor => tensor.Name == name);
}
