using System.CommandLine;
using System.IO.Enumeration;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli;

/// <summary>The option <c>--tensor</c>: tensors by name, with <c>*</c> for any characters and <c>?</c> for one.</summary>
internal sealed class TensorFilter
{
    /// <summary>The option. One wildcard each time it is given: a list would swallow the paths behind it.</summary>
    public Option<string[]> Option { get; } = new("--tensor")
    {
        Description = "Only tensors whose name fits; * stands for any characters, ? for one. May be given several times.",
        HelpName = "WILDCARD",
    };

    /// <summary>The tensors that fit one of the wildcards, in their order; all where none is given. Case counts.</summary>
    public IReadOnlyList<T> Apply<T>(ParseResult arguments, IReadOnlyList<T> tensors, Func<T, string> nameOf)
    {
        string[] wildcards = arguments.GetValue(Option) ?? [];
        return wildcards.Length == 0 ? tensors : [.. tensors.Where(tensor => wildcards.Any(wildcard => IsFit(wildcard, nameOf(tensor))))];
    }

    /// <summary>As <see cref="Apply{T}"/>, of a model that has to have tensors that fit.</summary>
    /// <exception cref="StoreException">No tensor's name fits (<c>TENSOR_NOT_FOUND</c>).</exception>
    public IReadOnlyList<TensorInfo> Require(ParseResult arguments, ModelTensors model)
    {
        IReadOnlyList<TensorInfo> tensors = Apply(arguments, model.Tensors, tensor => tensor.Name);
        return tensors.Count > 0 || !IsGiven(arguments)
            ? tensors
            : throw new StoreException(StoreErrorCodes.TensorNotFound, model.DisplayName, "no tensor has a name that fits --tensor");
    }

    /// <summary>Whether the option is given.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(Option) is { Length: > 0 };

    private static bool IsFit(string wildcard, string name) => FileSystemName.MatchesSimpleExpression(wildcard, name, ignoreCase: false);
}
