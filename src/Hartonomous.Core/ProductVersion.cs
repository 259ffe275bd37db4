using System.Reflection;

namespace Hartonomous.Core;

/// <summary>The version of this program.</summary>
public static class ProductVersion
{
    /// <summary>The version as released, <c>1.2.3</c>, with a suffix for previews.</summary>
    public static string Text { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
