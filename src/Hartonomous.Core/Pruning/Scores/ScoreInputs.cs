using System.Text.Json;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Imatrix;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>The opened data of a score. Used by several threads at once.</summary>
public sealed class ScoreInputs : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<string, TensorInfo> _gradients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _activations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> _initial = new(StringComparer.Ordinal);
    private ModelTensors? _gradientModel;
    private ModelTensors? _activationModel;
    private ModelTensors? _initialModel;
    private ImatrixFile? _imatrix;

    private ScoreInputs(ScoreMethod method) => Method = method;

    /// <summary>The method.</summary>
    public ScoreMethod Method { get; }

    /// <summary>How the score is made, as JSON: for each input its kind, path, length and SHA-256.</summary>
    public string Description { get; private set; } = "{}";

    /// <summary>Sum of <c>|W G|</c> over the model, where the method is divided by it; <see cref="TensorScorer.PrepareModel"/> finds it.</summary>
    internal double SensitivityTotal { get; set; } = double.NaN;

    /// <summary>Opens what a method needs.</summary>
    /// <param name="method">The method.</param>
    /// <param name="options">Where its data lie.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="StoreException">An input is missing, or is none of the method's (<c>SCORE_INPUT</c>).</exception>
    /// <exception cref="ModelFormatException">A file is not as its format says.</exception>
    public static ScoreInputs Open(ScoreMethod method, ScoreInputOptions? options = null, CancellationToken cancellation = default)
    {
        ScoreInputOptions given = options ?? new ScoreInputOptions();
        Check(method, given);
        ScoreInputs inputs = new(method);
        try
        {
            List<(string Kind, string Path)> files = [];
            inputs._gradientModel = inputs.OpenModel(given.Gradients, "gradients", inputs._gradients, files);
            inputs._activationModel = inputs.OpenModel(given.Activations, "activations", inputs._activations, files);
            inputs._initialModel = inputs.OpenModel(given.Initial, "initial", inputs._initial, files);
            if (given.Imatrix is { } path)
            {
                inputs._imatrix = ImatrixFile.Open(path);
                inputs._owned.Add(inputs._imatrix);
                files.Add(("imatrix", Path.GetFullPath(path)));
            }

            inputs.Description = Describe(files, cancellation);
            return inputs;
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    /// <summary>Whether the inputs have what a tensor needs.</summary>
    public bool Has(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return (!Method.NeedsGradients() || _gradients.ContainsKey(tensor.Name)) &&
            (!Method.NeedsInitial() || _initial.ContainsKey(tensor.Name)) &&
            (!Method.NeedsActivations() || _activations.ContainsKey(tensor.Name) || _imatrix?.Entries.ContainsKey(tensor.Name) == true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable owned in _owned)
        {
            owned.Dispose();
        }

        _owned.Clear();
    }

    /// <summary>The gradient's or the initial checkpoint's tensor of the same name and shape, with what opens it.</summary>
    internal (ModelTensors Model, TensorInfo Tensor) Operand(TensorInfo tensor)
    {
        (ModelTensors? model, Dictionary<string, TensorInfo> tensors) =
            Method.NeedsInitial() ? (_initialModel, _initial) : (_gradientModel, _gradients);
        TensorInfo found = tensors.GetValueOrDefault(tensor.Name) ?? throw Missing(tensor);
        return found.Shape == tensor.Shape
            ? (model!, found)
            : throw new StoreException(
                ScoreErrorCodes.InputShape, tensor.Name, $"the tensor has the shape {tensor.Shape}, the one of its name in {model!.DisplayName} {found.Shape}");
    }

    /// <summary>
    /// The root mean square of the activations of each input column, matrix after matrix: <c>RowLength</c> numbers where the tensor is one
    /// matrix.
    /// </summary>
    internal float[] ColumnNorms(TensorInfo tensor, CancellationToken cancellation)
    {
        double[] means;
        if (_imatrix is not null)
        {
            ImatrixEntry entry = _imatrix.Entries.GetValueOrDefault(tensor.Name) ?? throw Missing(tensor);
            CheckColumns(tensor, entry.ValueCount, "the importance matrix");
            means = _imatrix.ReadMeanSquares(entry);
        }
        else
        {
            TensorInfo activations = _activations.GetValueOrDefault(tensor.Name) ?? throw Missing(tensor);
            CheckColumns(tensor, ActivationColumns.Count(activations.Shape), "the activations");
            means = ActivationColumns.MeanSquares(_activationModel!, activations, cancellation);
        }

        return [.. means.Select(mean => (float)Math.Sqrt(mean))];
    }

    private static void Check(ScoreMethod method, ScoreInputOptions given)
    {
        Require(method, method.NeedsGradients(), given.Gradients is not null, "gradients");
        Require(method, method.NeedsInitial(), given.Initial is not null, "an initial checkpoint");
        Require(method, method.NeedsActivations(), given.Activations is not null || given.Imatrix is not null, "activations or an importance matrix");
        if (given.Activations is not null && given.Imatrix is not null)
        {
            throw new StoreException(ScoreErrorCodes.Input, method.ToString(), "activations and an importance matrix are given; one of them is needed");
        }
    }

    private static void Require(ScoreMethod method, bool isNeeded, bool isGiven, string what)
    {
        if (isNeeded != isGiven)
        {
            throw new StoreException(ScoreErrorCodes.Input, method.ToString(), isNeeded ? $"the method needs {what}" : $"the method does not use {what}");
        }
    }

    private static string Describe(List<(string Kind, string Path)> files, CancellationToken cancellation)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            foreach ((string kind, string path) in files)
            {
                json.WriteStartObject(kind);
                json.WriteString("path", path);
                if (File.Exists(path))
                {
                    using FileByteSource bytes = FileByteSource.Open(path);
                    json.WriteNumber("sizeBytes", bytes.Length);
                    json.WriteString("sha256", FileDigest.Sha256(bytes, null, cancellation).ToString());
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void CheckColumns(TensorInfo tensor, long found, string what)
    {
        long columns = tensor.Shape.RowLength;
        long rows = tensor.Shape.RowCount;

        // One set of columns for all rows, or one for each matrix of equal rows.
        if (columns == 0 || found % columns != 0 || found == 0 || rows % (found / columns) != 0)
        {
            throw new StoreException(
                ScoreErrorCodes.InputShape, tensor.Name, $"the tensor has the shape {tensor.Shape}, and {what} has {found} columns for it");
        }
    }

    private StoreException Missing(TensorInfo tensor) =>
        new(ScoreErrorCodes.InputTensor, tensor.Name, $"the data for {Method} have nothing of this name");

    private ModelTensors? OpenModel(string? path, string kind, Dictionary<string, TensorInfo> tensors, List<(string Kind, string Path)> files)
    {
        if (path is null)
        {
            return null;
        }

        IReadOnlyList<ModelLocation> locations = ModelReader.Locate(path);
        if (locations.Count != 1)
        {
            throw new StoreException(ScoreErrorCodes.Input, path, $"it holds {locations.Count} models; name one of them for the {kind}");
        }

        ModelSource source = ModelReader.Open(locations[0]);
        _owned.Add(source);
        files.Add((kind, source.Location.DisplayPath));
        foreach (TensorInfo tensor in source.Metadata.Tensors)
        {
            tensors.TryAdd(tensor.Name, tensor);
        }

        return ModelTensors.Of(source);
    }
}
