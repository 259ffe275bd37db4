namespace Hartonomous.Core.Models;

/// <summary>The container a model is kept in. What is inside (a Stable Diffusion checkpoint, say) is its variant.</summary>
public enum ModelFormat
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>GGUF, the container of llama.cpp and ggml.</summary>
    Gguf,

    /// <summary>SafeTensors, single files and sharded with an index.</summary>
    SafeTensors,

    /// <summary>ONNX protobuf models, with or without external data.</summary>
    Onnx,

    /// <summary>PyTorch checkpoints: zip, legacy pickle, tar, TorchScript.</summary>
    PyTorch,

    /// <summary>TensorFlow: SavedModel, TensorBundle checkpoints, frozen graphs.</summary>
    TensorFlow,

    /// <summary>Keras: HDF5 files and <c>.keras</c> archives.</summary>
    Keras,
}
