using Hartonomous.Core.Models;

namespace Hartonomous.Core.Atoms.Export;

/// <summary>A file that was given back.</summary>
/// <param name="Path">Full path.</param>
/// <param name="SizeBytes">Length.</param>
/// <param name="Sha256">SHA-256 of its bytes as they were written.</param>
public sealed record ExportedFile(string Path, long SizeBytes, ContentHash Sha256);
