using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Bytes of pickles, right and wrong ones, opcode by opcode.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [];

    public static PickleBuilder Start(byte protocol = 2) => new PickleBuilder().Raw(0x80, protocol);

    public PickleBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Op(char opcode) => Raw((byte)opcode);

    public PickleBuilder Mark() => Op('(');

    public PickleBuilder Global(string module, string name) => Raw(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    public PickleBuilder Text(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Op('X').Raw(length).Raw(bytes);
    }

    public PickleBuilder Int(long number)
    {
        byte[] bytes = new BigInteger(number).ToByteArray();
        return Raw(0x8A, (byte)bytes.Length).Raw(bytes);
    }

    public PickleBuilder Ints(params long[] numbers)
    {
        Mark();
        foreach (long number in numbers)
        {
            Int(number);
        }

        return Op('t');
    }

    /// <summary>A storage by its persistent id.</summary>
    public PickleBuilder Storage(string type, string key, long count) =>
        Mark().Text("storage").Global("torch", type).Text(key).Text("cpu").Int(count).Op('t').Op('Q');

    /// <summary>A tensor as torch.save writes it.</summary>
    public PickleBuilder Tensor(string type, string key, long count, long offset, long[] size, long[] stride) =>
        Global("torch._utils", "_rebuild_tensor_v2").Mark().Storage(type, key, count).Int(offset).Ints(size).Ints(stride).Raw(0x89)
            .Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');

    public byte[] Stop() => [.. Op('.')._bytes];

    /// <summary>A pickle of a dictionary with one tensor <c>w</c>.</summary>
    public static byte[] OneTensor(string type, string key, long count, long offset, long[] size, long[] stride) =>
        Start().Op('}').Text("w").Tensor(type, key, count, offset, size, stride).Op('s').Stop();
}
