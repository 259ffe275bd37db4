using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>Factors to be stored.</summary>
/// <param name="Layout">How the tensor is made of them.</param>
/// <param name="Left">The left factor's bytes.</param>
/// <param name="Right">The right factor's bytes.</param>
/// <param name="Base">Hash of the base's content; null where there is none.</param>
/// <param name="Content">SHA-256 of the tensor as it comes from the factors.</param>
/// <param name="Figures">What is known of them.</param>
public sealed record TensorFactors(FactorLayout Layout, byte[] Left, byte[] Right, ContentHash? Base, ContentHash Content, FactorFigures Figures);
