using System.Management.Automation;
using Hartonomous.Core.Formats;

namespace Hartonomous.Commands;

/// <summary>From what a user calls a path to the files it means.</summary>
internal static class ModelPaths
{
    private const string FileSystem = "FileSystem";

    /// <summary>Resolves paths as PowerShell does; errors are written, and the rest goes on.</summary>
    /// <param name="cmdlet">The cmdlet whose session the paths belong to.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="isLiteral">Whether wildcards stand for themselves.</param>
    public static IEnumerable<string> Resolve(PSCmdlet cmdlet, IEnumerable<string> paths, bool isLiteral)
    {
        foreach (string path in paths)
        {
            List<string> resolved = [];
            try
            {
                resolved.AddRange(ResolveOne(cmdlet.SessionState.Path, path, isLiteral));
            }
            catch (Exception error) when (error is ItemNotFoundException or System.Management.Automation.DriveNotFoundException)
            {
                string message = $"{FormatErrorCodes.FileNotFound}: {path}: there is no such file or folder.";
                cmdlet.WriteError(ErrorRecords.Make(new HartException(FormatErrorCodes.FileNotFound, path, message, error), path));
            }
            catch (Exception error) when (error is HartException or ProviderNotFoundException)
            {
                string message = $"{HartErrorCodes.PathProvider}: {path}: this is no path of the file system.";
                cmdlet.WriteError(ErrorRecords.Make(new HartException(HartErrorCodes.PathProvider, path, message), path));
            }

            if (resolved.Count == 0)
            {
                cmdlet.WriteVerbose($"{path} names nothing.");
            }

            foreach (string file in resolved)
            {
                yield return file;
            }
        }
    }

    /// <summary>The full path of a file or folder that need not be there.</summary>
    /// <exception cref="HartException">The path is none of the file system (<c>PATH_PROVIDER</c>).</exception>
    public static string Full(SessionState session, string path)
    {
        try
        {
            string full = session.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
            if (provider.Name == FileSystem)
            {
                return full;
            }
        }
        catch (Exception error) when (error is ProviderNotFoundException or System.Management.Automation.DriveNotFoundException)
        {
            // A path without a place is one that is not of the file system.
        }

        throw new HartException(HartErrorCodes.PathProvider, path, $"{HartErrorCodes.PathProvider}: {path}: this is no path of the file system.");
    }

    private static IEnumerable<string> ResolveOne(PathIntrinsics session, string path, bool isLiteral)
    {
        // A file may be called 'model [v2].gguf': what is there by that very name is meant, not the pattern.
        string literal = session.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (isLiteral || !WildcardPattern.ContainsWildcardCharacters(path) || (provider.Name == FileSystem && Path.Exists(literal)))
        {
            Require(provider);
            return Path.Exists(literal) ? [literal] : throw new ItemNotFoundException();
        }

        IEnumerable<string> found = session.GetResolvedProviderPathFromPSPath(path, out ProviderInfo resolved);
        Require(resolved);
        return found;
    }

    private static void Require(ProviderInfo provider)
    {
        if (provider.Name != FileSystem)
        {
            throw new HartException(HartErrorCodes.PathProvider, provider.Name, provider.Name);
        }
    }
}
