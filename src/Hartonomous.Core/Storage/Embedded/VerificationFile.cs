namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Where an embedded store keeps how far an unfinished verification has come: <c>verify.json</c> beside the database.</summary>
internal static class VerificationFile
{
    private const string Name = "verify.json";

    public static string? Load(string folder)
    {
        string path = Path.Combine(folder, Name);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Replaces the file in one step; where the store cannot be written to, a verification begins anew each time.</summary>
    public static void Save(string folder, string? state)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            if (state is null)
            {
                File.Delete(path);
                return;
            }

            string partial = path + ".partial";
            File.WriteAllText(partial, state);
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What was verified so far is still reported.
        }
    }
}
