using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads datatype messages, versions 1 to 5 (specification, IV.A.2.d).</summary>
internal static class Hdf5DatatypeReader
{
    private const int MaxDepth = 16;
    private const int MaxMembers = 4096;
    private const int MaxRank = 32;

    private static readonly string[] RealNames = ["r", "real", "re"];
    private static readonly string[] ImaginaryNames = ["i", "imag", "im", "imaginary"];

    public static Hdf5Datatype Read(Hdf5Block block) => Read(block, 0);

    private static Hdf5Datatype Read(Hdf5Block block, int depth)
    {
        long at = block.Offset;
        if (depth > MaxDepth)
        {
            throw block.Reader.Error(Hdf5ErrorCodes.DatatypeDepth, at, $"datatypes are nested deeper than {MaxDepth} levels");
        }

        byte head = block.U8();
        int version = head >> 4;
        Hdf5TypeClass kind = (Hdf5TypeClass)(head & 0x0F);
        int bits = (int)block.UInt(3);
        uint size = block.U32();
        if (version is < 1 or > 5)
        {
            throw Bad(block, at, $"a datatype is of version {version}; 1 to 5 are known");
        }

        if (size is 0 or > int.MaxValue)
        {
            throw Bad(block, at, $"a datatype has values of {size} bytes");
        }

        Hdf5Datatype type = new(kind, (int)size);
        switch (kind)
        {
            case Hdf5TypeClass.Integer:
                return ReadInteger(block, type, bits);
            case Hdf5TypeClass.Float:
                return ReadFloat(block, type, bits);
            case Hdf5TypeClass.Time:
                block.Skip(2);
                return type;
            case Hdf5TypeClass.Text or Hdf5TypeClass.Reference:
                return type;
            case Hdf5TypeClass.BitField:
                block.Skip(4);
                return type;
            case Hdf5TypeClass.Opaque:
                block.Skip(Math.Min(((bits & 0xFF) + 7) / 8 * 8, block.Remaining));
                return type;
            case Hdf5TypeClass.Compound:
                return ReadCompound(block, type, version, bits & 0xFFFF, depth);
            case Hdf5TypeClass.Enumeration:
                return ReadEnumeration(block, type, version, bits & 0xFFFF, depth);
            case Hdf5TypeClass.VariableLength:
                return type with { IsVariableText = (bits & 0x0F) == 1, Base = Read(block, depth + 1) };
            case Hdf5TypeClass.Array:
                return ReadArray(block, type, version, depth);
            case Hdf5TypeClass.Complex:
                Hdf5Datatype part = Read(block, depth + 1);
                return type with { Dtype = ComplexOf(part, type.Size), Order = part.Order };
            default:
                throw Bad(block, at, $"a datatype is of class {(int)kind}; 0 to 11 are known");
        }
    }

    private static Hdf5Datatype ReadInteger(Hdf5Block block, Hdf5Datatype type, int bits)
    {
        int offset = block.U16();
        int precision = block.U16();
        bool signed = (bits & 0x08) != 0;
        TensorDtype dtype = offset == 0 && precision == 8L * type.Size
            ? type.Size switch
            {
                1 => signed ? TensorDtype.I8 : TensorDtype.U8,
                2 => signed ? TensorDtype.I16 : TensorDtype.U16,
                4 => signed ? TensorDtype.I32 : TensorDtype.U32,
                8 => signed ? TensorDtype.I64 : TensorDtype.U64,
                _ => TensorDtype.Unknown,
            }
            : TensorDtype.Unknown;
        return type with { Dtype = dtype, Order = OrderOf(bits) };
    }

    private static Hdf5Datatype ReadFloat(Hdf5Block block, Hdf5Datatype type, int bits)
    {
        int offset = block.U16();
        int precision = block.U16();
        byte exponentAt = block.U8();
        byte exponentSize = block.U8();
        byte mantissaAt = block.U8();
        byte mantissaSize = block.U8();
        uint bias = block.U32();
        int sign = (bits >> 8) & 0xFF;
        bool plain = offset == 0 && precision == 8L * type.Size && sign == precision - 1 && mantissaAt == 0 && exponentAt == mantissaSize &&
            (bits & 0x40) == 0;
        TensorDtype dtype = !plain
            ? TensorDtype.Unknown
            : (type.Size, exponentSize, mantissaSize, bias) switch
            {
                (1, 4, 3, 7) => TensorDtype.F8_E4M3,
                (1, 5, 2, 15) => TensorDtype.F8_E5M2,
                (2, 5, 10, 15) => TensorDtype.F16,
                (2, 8, 7, 127) => TensorDtype.BF16,
                (4, 8, 23, 127) => TensorDtype.F32,
                (8, 11, 52, 1023) => TensorDtype.F64,
                _ => TensorDtype.Unknown,
            };
        return type with { Dtype = dtype, Order = OrderOf(bits) };
    }

    private static Hdf5Datatype ReadCompound(Hdf5Block block, Hdf5Datatype type, int version, int count, int depth)
    {
        CheckCount(block, count);
        List<(string Name, long Offset, Hdf5Datatype Type)> members = new(count);
        for (int i = 0; i < count; i++)
        {
            string name = ReadName(block, version);
            long at = block.Offset;
            ulong offset = version >= 3 ? block.UInt(OffsetWidth(type.Size)) : block.U32();
            bool isArray = false;
            if (version == 1)
            {
                isArray = block.U8() != 0;
                block.Skip(27); // the dimensions of a member that is an array: with them it is no number
            }

            Hdf5Datatype member = Read(block, depth + 1);
            if (offset > (ulong)type.Size || (ulong)member.Size > (ulong)type.Size - offset)
            {
                throw Bad(block, at, $"the member {ErrorText.Quote(name)} of {member.Size} bytes at {offset} reaches out of its "
                    + $"{type.Size} bytes");
            }

            members.Add((name, (long)offset, isArray ? member with { Dtype = TensorDtype.Unknown } : member));
        }

        bool complex = members is [(string real, 0, Hdf5Datatype first), (string imaginary, long second, Hdf5Datatype other)] &&
            RealNames.Contains(real, StringComparer.OrdinalIgnoreCase) &&
                ImaginaryNames.Contains(imaginary, StringComparer.OrdinalIgnoreCase) &&
            second == first.Size && first.Dtype == other.Dtype && first.Order == other.Order;
        return complex ? type with { Dtype = ComplexOf(members[0].Type, type.Size), Order = members[0].Type.Order } : type;
    }

    private static Hdf5Datatype ReadEnumeration(Hdf5Block block, Hdf5Datatype type, int version, int count, int depth)
    {
        CheckCount(block, count);
        Hdf5Datatype values = Read(block, depth + 1);
        if (values.Class != Hdf5TypeClass.Integer || values.Size != type.Size)
        {
            throw Bad(block, block.Offset,
                $"an enumeration of {type.Size} bytes has values of {values.Size} bytes that are {values.Class}");
        }

        string[] names = new string[count];
        for (int i = 0; i < count; i++)
        {
            names[i] = ReadName(block, version);
        }

        bool rising = true;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> value = block.Take(type.Size);
            rising &= value[0] == i;
        }

        // numpy's bool, as h5py writes it.
        bool isBool = type.Size == 1 && rising && names is ["FALSE", "TRUE"];
        return type with { Dtype = isBool ? TensorDtype.BOOL : values.Dtype, Order = values.Order, Base = values };
    }

    private static Hdf5Datatype ReadArray(Hdf5Block block, Hdf5Datatype type, int version, int depth)
    {
        long at = block.Offset;
        int rank = block.U8();
        if (rank is 0 or > MaxRank)
        {
            throw Bad(block, at, $"an array has {rank} dimensions");
        }

        block.Skip(version < 3 ? 3 : 0);
        long[] dimensions = new long[rank];
        for (int i = 0; i < rank; i++)
        {
            dimensions[i] = block.U32();
        }

        block.Skip(version < 3 ? 4 * rank : 0);
        Hdf5Datatype element = Read(block, depth + 1);
        if (!TensorShape.TryCountElements(dimensions, out long count) || (Int128)count * element.Size != type.Size)
        {
            throw Bad(
                block, at, $"an array of [{string.Join(", ", dimensions)}] values of {element.Size} bytes is to have {type.Size} bytes");
        }

        return type with
        {
            Dtype = element.Dtype,
            Order = element.Order,
            ArrayDimensions = [.. dimensions, .. element.ArrayDimensions],
            Base = element,
        };
    }

    private static string ReadName(Hdf5Block block, int version)
    {
        int start = block.Position;
        string name = Encoding.UTF8.GetString(block.TakeTerminated(Hdf5ErrorCodes.Datatype, "the name of a member"));
        if (version < 3)
        {
            block.Align8(start);
        }

        return name;
    }

    private static void CheckCount(Hdf5Block block, int count)
    {
        if (count is 0 or > MaxMembers || count > block.Remaining)
        {
            throw block.Reader.Error(
                Hdf5ErrorCodes.DatatypeDepth, block.Offset, $"a datatype has {count} members; 1 to {MaxMembers} are accepted");
        }
    }

    private static TensorDtype ComplexOf(Hdf5Datatype part, int size) => part.ArrayDimensions.Length > 0 || size != 2 * part.Size
        ? TensorDtype.Unknown
        : part.Dtype switch
        {
            TensorDtype.F32 => TensorDtype.C64,
            TensorDtype.F64 => TensorDtype.C128,
            _ => TensorDtype.Unknown,
        };

    private static int OffsetWidth(int size) => size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4;

    private static ByteOrder OrderOf(int bits) => (bits & 1) != 0 ? ByteOrder.Big : ByteOrder.Little;

    private static ModelFormatException Bad(Hdf5Block block, long at, string problem) =>
        block.Reader.Error(Hdf5ErrorCodes.Datatype, at, problem);
}
