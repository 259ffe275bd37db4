using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>The entry of one tensor in a header.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Dtype">How its values are stored.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Range">Where its bytes lie, counted from the end of the header.</param>
/// <param name="Offset">Where in the file the entry stands, for errors.</param>
internal readonly record struct SafeTensorsEntry(
    string Name, TensorDtype Dtype, TensorShape Shape, (long Begin, long End) Range, long Offset);
