namespace Hartonomous.Core.Formats.Gguf;

/// <summary>Types of metadata values: <c>enum gguf_type</c> of ggml's <c>include/gguf.h</c>. Users are shown these names.</summary>
internal enum GgufValueType
{
    UINT8 = 0,
    INT8 = 1,
    UINT16 = 2,
    INT16 = 3,
    UINT32 = 4,
    INT32 = 5,
    FLOAT32 = 6,
    BOOL = 7,
    STRING = 8,
    ARRAY = 9,
    UINT64 = 10,
    INT64 = 11,
    FLOAT64 = 12,
}
