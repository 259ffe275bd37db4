using System.Collections.Frozen;
using System.Globalization;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// The globals that the pickles of one file name, and which of them are allowed: those of PyTorch's own weights-only loader
/// (<c>torch/_weights_only_unpickler.py</c>), and in TorchScript archives the scripts' classes, none of which is ever imported or called.
/// </summary>
internal sealed class PickleGlobals(string file, bool isScript)
{
    private const int MaxListed = 200;

    /// <summary>What stands for a name that is put together from values not known here.</summary>
    public const string Computed = "a name that cannot be told";

    // Modules and functions by which pickles do harm, after picklescan and fickling.
    private static readonly FrozenSet<string> DangerousModules = FrozenSet.ToFrozenSet(
        [
            "os", "posix", "nt", "sys", "subprocess", "socket", "ssl", "shutil", "pty", "pdb", "bdb", "runpy", "ctypes", "commands",
            "asyncio",
            "aiohttp", "httplib", "requests", "urllib", "webbrowser", "pip", "pickle", "_pickle", "marshal", "importlib", "code", "codeop",
            "timeit", "profile", "cProfile", "trace", "pydoc", "venv", "ensurepip", "doctest", "test", "multiprocessing", "tempfile",
            "pkgutil",
            "cloudpickle", "types", "gc", "inspect", "sqlite3", "uuid", "imaplib", "idlelib", "lib2to3", "_osx_support", "_aix_support",
            "_pyrepl",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> DangerousNames = FrozenSet.ToFrozenSet(
        [
            "builtins.eval", "builtins.exec", "builtins.compile", "builtins.open", "builtins.getattr", "builtins.__import__",
            "builtins.apply",
            "builtins.breakpoint", "functools.partial", "operator.attrgetter", "operator.itemgetter", "operator.methodcaller", "_io.FileIO",
            "logging.FileHandler", "torch.load", "torch.serialization.load", "torch.hub.load", "torch.storage._load_from_bytes",
            "torch.jit.load", "numpy.load", "torch._inductor.codecache.compile_file", "torch._dynamo.guards.GuardBuilder.get",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> Allowed = FrozenSet.ToFrozenSet(
        [
            "collections.OrderedDict", "collections.Counter", "_codecs.encode", "builtins.bytearray", "builtins.set", "builtins.complex",
            "torch.Size", "torch.Tensor", "torch.device", "torch.nn.parameter.Parameter", "torch.serialization._get_layout",
            "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch._utils._rebuild_qtensor",
            "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3",
            "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_meta_tensor_no_storage", "torch._utils._rebuild_wrapper_subclass",
            "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_device_tensor_from_cpu_tensor",
            "torch._tensor._rebuild_from_type_v2", "torch.per_tensor_affine", "torch.per_channel_affine", "torch.per_tensor_symmetric",
            "torch.per_channel_symmetric", "torch.per_channel_affine_float_qparams", "torch.strided", "torch.sparse_coo",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> ScriptAllowed = FrozenSet.ToFrozenSet(
        [
            "torch.jit._pickle.build_intlist", "torch.jit._pickle.build_tensorlist", "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist", "torch.jit._pickle.build_tensor_from_id", "torch.jit._pickle.restore_type_tag",
        ],
        StringComparer.Ordinal);

    private readonly Dictionary<string, long> _unsafe = new(StringComparer.Ordinal);

    /// <summary>Whether a global that is not allowed has come up.</summary>
    public bool IsUnsafe => _unsafe.Count > 0;

    /// <summary>Notes a global.</summary>
    /// <param name="global">The global.</param>
    /// <param name="offset">Where in the file it is named.</param>
    /// <returns>Whether it is allowed.</returns>
    public bool Add(PickleGlobal global, long offset)
    {
        bool isAllowed = IsAllowed(global);
        if (!isAllowed)
        {
            _unsafe.TryAdd(global.FullName, offset);
        }

        return isAllowed;
    }

    /// <summary>Notes a global whose name cannot be told.</summary>
    public void AddComputed(long offset) => _unsafe.TryAdd(Computed, offset);

    /// <summary>Fails, naming them all, where globals have come up that are not allowed.</summary>
    /// <param name="cause">What else is wrong, or null.</param>
    public void Check(ModelFormatException? cause = null)
    {
        if (!IsUnsafe)
        {
            return;
        }

        IEnumerable<string> names = _unsafe.Keys.Take(MaxListed)
            .Select(name => $"{(name == Computed ? name : ErrorText.Quote(name))}{(IsDangerous(name) ? " (dangerous)" : " (unknown)")}");
        string more = _unsafe.Count > MaxListed ? string.Create(CultureInfo.InvariantCulture, $" and {_unsafe.Count - MaxListed} more")
            : string.Empty;
        string besides = cause is null ? string.Empty : $"; besides, {cause.Problem}";
        throw new ModelFormatException(
            PyTorchErrorCodes.Global,
            file,
            _unsafe.Values.First(),
            $"the file names what weights do not need, and nothing of it was run: {string.Join(", ", names)}{more}{besides}",
            cause);
    }

    private static bool IsDangerous(string fullName)
    {
        string name = fullName.StartsWith("__builtin__.", StringComparison.Ordinal) ? "builtins" + fullName["__builtin__".Length..]
            : fullName.StartsWith("_operator.", StringComparison.Ordinal) ? fullName[1..]
            : fullName;
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return name == Computed || DangerousNames.Contains(name) || DangerousModules.Contains(dot < 0 ? name : name[..dot]);
    }

    private bool IsAllowed(PickleGlobal global)
    {
        string name = NormalName(global);
        return Allowed.Contains(name) || PyTorchDtypes.IsKnown(global) ||
            (isScript && (ScriptAllowed.Contains(name) || IsScriptClass(global)));
    }

    /// <summary>Whether a global is a class of a TorchScript archive's own code.</summary>
    public static bool IsScriptClass(PickleGlobal global) =>
        global.Module == "__torch__" || global.Module.StartsWith("__torch__.", StringComparison.Ordinal);

    /// <summary>The full name, with the module names of Python 2 turned into those of Python 3.</summary>
    public static string NormalName(PickleGlobal global) =>
        global.Module == "__builtin__" ? $"builtins.{global.Name}" : global.FullName;
}
