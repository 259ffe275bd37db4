using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A content that a store lost.</summary>
/// <param name="Hash">SHA-256 of the content.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Reason">What was found.</param>
/// <param name="Models">The models that need it.</param>
/// <param name="Tensors">The tensors that need it, as <c>model: tensor</c>.</param>
public sealed record LostContent(ContentHash Hash, long SizeBytes, string Reason, IReadOnlyList<string> Models, IReadOnlyList<string> Tensors);
