using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Writes the rows of a model whose contents are stored, in the transaction that completes its job.</summary>
internal static class ModelRecorder
{
    public static long Record(SqliteConnection connection, TenantScope scope, IngestedModel model)
    {
        if (model.Replaces is { } former)
        {
            ScoreQuery.SetAside(connection, former);
        }

        // Files that equal stored ones bring no recipe of their own: the replaced model may be the last to hold theirs.
        ContentHash[] held = model.Replaces is null ? [] : [.. model.Files.Where(file => file.Segments is null).Select(file => file.Sha256)];
        Hold(connection, held, 1);
        if (model.Replaces is { } replaced &&
            connection.ExecuteScalar<long>("SELECT count(*) FROM Models WHERE ModelId = @replaced", new { replaced }) > 0)
        {
            ModelRemoval.Remove(connection, scope, replaced);
        }

        if (connection.ExecuteScalar<long?>(
            "SELECT ModelId FROM Models WHERE TenantId = @TenantId AND Name = @Name", new { scope.TenantId, model.Name }) is not null)
        {
            throw new StoreException(StoreErrorCodes.ModelExists, model.Name, "another process has stored a model of this name meanwhile");
        }

        long modelId = connection.QuerySingle<long>(
            """
            INSERT INTO Models
                (TenantId, Name, Format, Variant, Architecture, ParameterCount, TensorCount, SizeBytes, IsFolder, SourcePath, Metadata, ImportedAt)
            VALUES (@tenantId, @Name, @format, @Variant, @Architecture, @ParameterCount, @tensors, @size, @IsFolder, @SourcePath, @MetadataJson, @now)
            RETURNING ModelId
            """,
            new
            {
                tenantId = scope.Required,
                model.Name,
                format = model.Metadata.Format.ToString(),
                model.Metadata.Variant,
                model.Metadata.Architecture,
                model.Metadata.ParameterCount,
                tensors = model.Metadata.Tensors.Count,
                size = model.Files.Sum(file => file.SizeBytes),
                model.IsFolder,
                model.SourcePath,
                model.MetadataJson,
                now = StoreDatabase.Now(),
            });
        for (int i = 0; i < model.Files.Count; i++)
        {
            long recipeId = FindOrAddRecipe(connection, model.Files[i]);
            connection.Execute(
                """
                INSERT INTO ModelFiles (ModelId, Ordinal, Path, RecipeId) VALUES (@modelId, @i, @Path, @recipeId);
                UPDATE Recipes SET ReferenceCount = ReferenceCount + 1 WHERE RecipeId = @recipeId;
                """,
                new { modelId, i, model.Files[i].Path, recipeId });
        }

        InsertTensors(connection, modelId, model.Metadata.Tensors);
        PruneQuery.Record(connection, modelId, model.Pruned);
        if (model.Replaces is not null)
        {
            ScoreQuery.Restore(connection, modelId);
        }

        TenantAccount.ChargeModel(connection, scope.Required, modelId);
        connection.Execute(
            "UPDATE Tenants SET LastIngestedAt = @now WHERE TenantId = @TenantId", new { scope.TenantId, now = StoreDatabase.Now() });
        Hold(connection, held, -1);
        return modelId;
    }

    private static void Hold(SqliteConnection connection, ContentHash[] recipes, int times)
    {
        foreach (ContentHash sha256 in recipes)
        {
            connection.Execute("UPDATE Recipes SET ReferenceCount = ReferenceCount + @times WHERE Sha256 = @sha256", new { sha256, times });
        }
    }

    private static long FindOrAddRecipe(SqliteConnection connection, IngestedFile file)
    {
        long? known = connection.ExecuteScalar<long?>("SELECT RecipeId FROM Recipes WHERE Sha256 = @Sha256", new { file.Sha256 });
        if (known is not null)
        {
            return known.Value;
        }

        if (file.Segments is null)
        {
            throw new StoreException(StoreErrorCodes.ContentRemoved, file.Path, "the stored file it equals was removed meanwhile");
        }

        long recipeId = connection.QuerySingle<long>(
            "INSERT INTO Recipes (Sha256, SizeBytes, Fingerprint) VALUES (@Sha256, @SizeBytes, @Fingerprint) RETURNING RecipeId",
            new { file.Sha256, file.SizeBytes, file.Fingerprint });
        for (int i = 0; i < file.Segments.Count; i++)
        {
            RecipeSegment segment = file.Segments[i];
            long? atomId = segment.Atom is { } atom ? Refer(connection, atom) : null;
            connection.Execute(
                """
                INSERT INTO RecipeSegments (RecipeId, Ordinal, FileOffset, SizeBytes, AtomId, TurnedDtype, Literal)
                VALUES (@recipeId, @i, @FileOffset, @Length, @atomId, @turned, @Literal)
                """,
                new { recipeId, i, segment.FileOffset, segment.Length, atomId, turned = segment.TurnedDtype?.ToString(), segment.Literal });
        }

        return recipeId;
    }

    private static void InsertTensors(SqliteConnection connection, long modelId, IReadOnlyList<TensorInfo> tensors)
    {
        for (int i = 0; i < tensors.Count; i++)
        {
            TensorInfo tensor = tensors[i];
            long atomId = Refer(connection, tensor.Sha256!.Value);
            connection.Execute(
                """
                INSERT INTO TensorAtoms
                    (ModelId, Ordinal, Name, AtomId, Dtype, Shape, SizeBytes, FilePath, FileOffset, IsContiguous, IsBigEndian,
                     LayerType, LayerIndex, Component)
                VALUES (@modelId, @i, @Name, @atomId, @dtype, @shape, @SizeBytes, @File, @Offset, @IsContiguous, @isBig, @layer, @LayerIndex,
                        @component)
                """,
                new
                {
                    modelId,
                    i,
                    tensor.Name,
                    atomId,
                    dtype = tensor.Dtype.ToString(),
                    shape = tensor.Shape.ToString(),
                    tensor.SizeBytes,
                    tensor.File,
                    tensor.Offset,
                    tensor.IsContiguous,
                    isBig = tensor.ByteOrder == ByteOrder.Big,
                    layer = tensor.LayerType.ToString(),
                    tensor.LayerIndex,
                    component = tensor.Component?.ToString(),
                });
        }
    }

    /// <summary>Adds one reference to an atom and returns its key.</summary>
    private static long Refer(SqliteConnection connection, ContentHash hash) =>
        connection.QuerySingleOrDefault<long?>(
            "UPDATE Atoms SET ReferenceCount = ReferenceCount + 1 WHERE Hash = @hash RETURNING AtomId", new { hash })
        ?? throw new StoreException(StoreErrorCodes.ContentRemoved, hash.ToString(), "the atom was removed while a model was about to refer to it");
}
