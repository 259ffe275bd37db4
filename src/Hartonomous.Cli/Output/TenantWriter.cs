using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Output;

/// <summary>Writes tenants.</summary>
internal static class TenantWriter
{
    /// <summary>Writes tenants as JSON or as a table.</summary>
    public static void Write(Invocation invocation, IReadOnlyList<StoredTenant> tenants)
    {
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => WriteJson(json, tenants));
            return;
        }

        TextTable table = new("Name", ">Models", ">Atoms", ">Of", ">Bytes", ">Of", "Last import (UTC)", "Description");
        foreach (StoredTenant tenant in tenants)
        {
            table.Add(
                tenant.Name,
                HumanText.Count(tenant.Models),
                HumanText.Count(tenant.Atoms),
                tenant.MaxAtoms is { } atoms ? HumanText.Count(atoms) : "-",
                HumanText.Size(tenant.Bytes),
                tenant.MaxBytes is { } bytes ? HumanText.Size(bytes) : "-",
                tenant.LastIngestedAtUtc?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-",
                tenant.Description ?? "-");
        }

        table.WriteTo(invocation.Console);
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<StoredTenant> tenants)
    {
        json.WriteStartObject();
        json.WriteStartArray("tenants");
        foreach (StoredTenant tenant in tenants)
        {
            json.WriteStartObject();
            json.WriteNumber("tenantId", tenant.TenantId);
            json.WriteString("name", tenant.Name);
            json.WriteString("description", tenant.Description);
            WriteQuota(json, "maxAtoms", tenant.MaxAtoms);
            WriteQuota(json, "maxBytes", tenant.MaxBytes);
            json.WriteNumber("models", tenant.Models);
            json.WriteNumber("tensors", tenant.Tensors);
            json.WriteNumber("atoms", tenant.Atoms);
            json.WriteNumber("bytes", tenant.Bytes);
            json.WriteNumber("bytesImported", tenant.BytesImported);
            json.WriteString("createdAt", Time(tenant.CreatedAtUtc));
            json.WriteString("lastIngestedAt", Time(tenant.LastIngestedAtUtc));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string? Time(DateTime? time) => time?.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static void WriteQuota(Utf8JsonWriter json, string name, long? quota)
    {
        if (quota is { } limit)
        {
            json.WriteNumber(name, limit);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
