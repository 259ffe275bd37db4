using System.Globalization;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>A TensorShapeProto: dim 2 {size 1, name 2}, unknown_rank 3.</summary>
/// <param name="Dimensions">The dimensions, outermost first; negative where unknown.</param>
/// <param name="IsUnknown">Whether not even their number is known.</param>
internal sealed record ProtoShape(IReadOnlyList<long> Dimensions, bool IsUnknown)
{
    /// <summary>The shape of a message that says none: a scalar's.</summary>
    public static ProtoShape Scalar { get; } = new([], false);

    /// <summary>Reads the message that the reader's current field holds.</summary>
    /// <exception cref="ModelFormatException">There are more dimensions than are accepted, or the message is damaged.</exception>
    public static ProtoShape Read(ProtobufReader reader, ReadLimits limits)
    {
        List<long> dimensions = [];
        bool isUnknown = false;
        reader.Enter();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    if (dimensions.Count == limits.Rank)
                    {
                        throw reader.Error(
                            TensorFlowErrorCodes.Rank, reader.FieldOffset, $"a shape has more than {limits.Rank} dimensions");
                    }

                    dimensions.Add(ReadSize(reader));
                    break;
                case 3:
                    isUnknown = reader.GetBool();
                    break;
            }
        }

        reader.Leave();
        return new ProtoShape(dimensions, isUnknown);
    }

    /// <summary>The shape of values that are there; null where a dimension is not known or there are too many values.</summary>
    public TensorShape? ToTensorShape()
    {
        long[] dimensions = [.. Dimensions];
        return !IsUnknown && TensorShape.TryCountElements(dimensions, out long _) ? new TensorShape(dimensions) : null;
    }

    /// <summary>As <c>(-1, 224, 224, 3)</c>, or <c>unknown_rank</c>: so TensorFlow's own tool shows shapes of signatures.</summary>
    public override string ToString() =>
        IsUnknown ? "unknown_rank" : $"({string.Join(", ", Dimensions.Select(size => size.ToString(CultureInfo.InvariantCulture)))})";

    private static long ReadSize(ProtobufReader reader)
    {
        long size = 0;
        reader.Enter();
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                size = reader.GetInt64();
            }
        }

        reader.Leave();
        return size;
    }
}
