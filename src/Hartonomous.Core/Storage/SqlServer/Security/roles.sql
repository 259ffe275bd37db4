-- Who may do what. Procedures work on tables that their callers have no right to: nobody needs db_owner to read or to import, and no payload can
-- be read but through a procedure that asks whose it is.

IF DATABASE_PRINCIPAL_ID(N'hart_reader') IS NULL
    CREATE ROLE hart_reader;
GO

IF DATABASE_PRINCIPAL_ID(N'hart_ingest') IS NULL
    CREATE ROLE hart_ingest;
GO

IF DATABASE_PRINCIPAL_ID(N'hart_admin') IS NULL
    CREATE ROLE hart_admin;
GO

-- hart_reader: lists, exports, searches.
GRANT SELECT ON dbo.SchemaVersions TO hart_reader;
GRANT SELECT ON dbo.SchemaVersions TO hart_ingest;
GRANT SELECT ON dbo.SchemaVersions TO hart_admin;
GRANT SELECT ON dbo.Tenants (TenantId, Name) TO hart_reader;
GRANT SELECT ON dbo.Tenants (TenantId, Name) TO hart_ingest;
GRANT SELECT ON dbo.Tenants TO hart_admin;
GRANT SELECT ON dbo.Models TO hart_reader;
GRANT SELECT ON dbo.Models TO hart_ingest;
GRANT SELECT ON dbo.Models TO hart_admin;
GRANT SELECT ON dbo.ModelFiles TO hart_reader;
GRANT SELECT ON dbo.ModelFiles TO hart_ingest;
GRANT SELECT ON dbo.ModelFiles TO hart_admin;
GRANT SELECT ON dbo.TensorAtoms TO hart_reader;
GRANT SELECT ON dbo.TensorAtoms TO hart_ingest;
GRANT SELECT ON dbo.TensorAtoms TO hart_admin;
GRANT SELECT ON dbo.TenantAtoms TO hart_reader;
GRANT SELECT ON dbo.TenantAtoms TO hart_ingest;
GRANT SELECT ON dbo.TenantAtoms TO hart_admin;
GRANT SELECT ON dbo.IngestionJobs TO hart_reader;
GRANT SELECT ON dbo.IngestionJobs TO hart_ingest;
GRANT SELECT ON dbo.IngestionJobs TO hart_admin;
GRANT SELECT ON dbo.IngestionJobTensors TO hart_reader;
GRANT SELECT ON dbo.IngestionJobTensors TO hart_ingest;
GRANT SELECT ON dbo.IngestionJobTensors TO hart_admin;
GRANT SELECT ON dbo.Atoms TO hart_reader;
GRANT SELECT ON dbo.Atoms TO hart_ingest;
GRANT SELECT ON dbo.Atoms TO hart_admin;
GRANT SELECT ON dbo.Recipes TO hart_reader;
GRANT SELECT ON dbo.Recipes TO hart_ingest;
GRANT SELECT ON dbo.Recipes TO hart_admin;
GRANT SELECT ON dbo.TensorAtomCoefficients TO hart_reader;
GRANT SELECT ON dbo.TensorAtomCoefficients TO hart_ingest;
GRANT SELECT ON dbo.TensorAtomCoefficients TO hart_admin;
GRANT SELECT ON dbo.SketchConfig TO hart_reader;
GRANT SELECT ON dbo.SketchConfig TO hart_ingest;
GRANT SELECT ON dbo.SketchConfig TO hart_admin;
GRANT SELECT ON dbo.ProjectionConfig TO hart_reader;
GRANT SELECT ON dbo.ProjectionConfig TO hart_ingest;
GRANT SELECT ON dbo.ProjectionConfig TO hart_admin;
GRANT SELECT ON dbo.AtomEmbeddings (EmbeddingId, SketchConfigId, AtomId, Level, Dtype, RowLength, FirstRow, [RowCount]) TO hart_reader;
GRANT SELECT ON dbo.AtomEmbeddings (EmbeddingId, SketchConfigId, AtomId, Level, Dtype, RowLength, FirstRow, [RowCount]) TO hart_ingest;
GRANT SELECT ON dbo.AtomEmbeddings TO hart_admin;
GRANT SELECT ON dbo.SpatialKeys (EmbeddingId, ProjectionConfigId) TO hart_reader;
GRANT SELECT ON dbo.SpatialKeys (EmbeddingId, ProjectionConfigId) TO hart_ingest;
GRANT SELECT ON dbo.SpatialKeys TO hart_admin;
GRANT SELECT ON dbo.SpatialState TO hart_reader;
GRANT SELECT ON dbo.SpatialState TO hart_ingest;
GRANT SELECT ON dbo.SpatialState TO hart_admin;
GRANT SELECT ON dbo.TensorFactors TO hart_reader;
GRANT SELECT ON dbo.TensorFactors TO hart_ingest;
GRANT SELECT ON dbo.TensorFactors TO hart_admin;
GRANT SELECT ON dbo.SVDComponents TO hart_reader;
GRANT SELECT ON dbo.SVDComponents TO hart_ingest;
GRANT SELECT ON dbo.SVDComponents TO hart_admin;
GRANT SELECT ON dbo.TensorScores TO hart_reader;
GRANT SELECT ON dbo.TensorScores TO hart_ingest;
GRANT SELECT ON dbo.TensorScores TO hart_admin;
GRANT SELECT ON dbo.PrunedTensors TO hart_reader;
GRANT SELECT ON dbo.PrunedTensors TO hart_ingest;
GRANT SELECT ON dbo.PrunedTensors TO hart_admin;
GRANT SELECT ON dbo.RecipeSegments (RecipeId, Ordinal, FileOffset, SizeBytes, AtomId) TO hart_reader;
GRANT SELECT ON dbo.RecipeSegments (RecipeId, Ordinal, FileOffset, SizeBytes, AtomId) TO hart_ingest;
GRANT SELECT ON dbo.StoreState TO hart_reader;
GRANT SELECT ON dbo.StoreState TO hart_ingest;
GRANT SELECT ON dbo.StoreState TO hart_admin;
GRANT SELECT ON dbo.vw_Models TO hart_reader;
GRANT SELECT ON dbo.vw_Models TO hart_ingest;
GRANT SELECT ON dbo.vw_Models TO hart_admin;
GRANT SELECT ON dbo.vw_TensorAtoms TO hart_reader;
GRANT SELECT ON dbo.vw_TensorAtoms TO hart_ingest;
GRANT SELECT ON dbo.vw_TensorAtoms TO hart_admin;
GRANT SELECT ON dbo.vw_Deduplication TO hart_reader;
GRANT SELECT ON dbo.vw_Deduplication TO hart_ingest;
GRANT SELECT ON dbo.vw_Deduplication TO hart_admin;
GRANT EXECUTE ON dbo.fn_IsStoreAdmin TO hart_reader;
GRANT EXECUTE ON dbo.fn_IsStoreAdmin TO hart_ingest;
GRANT EXECUTE ON dbo.fn_IsStoreAdmin TO hart_admin;
GRANT EXECUTE ON dbo.sp_FindTenant TO hart_reader;
GRANT EXECUTE ON dbo.sp_FindTenant TO hart_ingest;
GRANT EXECUTE ON dbo.sp_FindTenant TO hart_admin;
GRANT EXECUTE ON dbo.sp_GetAtomParts TO hart_reader;
GRANT EXECUTE ON dbo.sp_GetAtomParts TO hart_ingest;
GRANT EXECUTE ON dbo.sp_GetAtomParts TO hart_admin;
GRANT EXECUTE ON dbo.sp_ReadPayloads TO hart_reader;
GRANT EXECUTE ON dbo.sp_ReadPayloads TO hart_ingest;
GRANT EXECUTE ON dbo.sp_ReadPayloads TO hart_admin;
GRANT EXECUTE ON dbo.sp_GetRecipe TO hart_reader;
GRANT EXECUTE ON dbo.sp_GetRecipe TO hart_ingest;
GRANT EXECUTE ON dbo.sp_GetRecipe TO hart_admin;
GRANT EXECUTE ON dbo.sp_GetStatistics TO hart_reader;
GRANT EXECUTE ON dbo.sp_GetStatistics TO hart_ingest;
GRANT EXECUTE ON dbo.sp_GetStatistics TO hart_admin;
GRANT EXECUTE ON dbo.sp_FindSimilarAtoms TO hart_reader;
GRANT EXECUTE ON dbo.sp_FindSimilarAtoms TO hart_ingest;
GRANT EXECUTE ON dbo.sp_FindSimilarAtoms TO hart_admin;
GRANT EXECUTE ON dbo.sp_LoadSpatialKeys TO hart_reader;
GRANT EXECUTE ON dbo.sp_LoadSpatialKeys TO hart_ingest;
GRANT EXECUTE ON dbo.sp_LoadSpatialKeys TO hart_admin;
GRANT EXECUTE ON dbo.sp_ReadSketches TO hart_reader;
GRANT EXECUTE ON dbo.sp_ReadSketches TO hart_ingest;
GRANT EXECUTE ON dbo.sp_ReadSketches TO hart_admin;
GRANT EXECUTE ON dbo.sp_FindSketch TO hart_reader;
GRANT EXECUTE ON dbo.sp_FindSketch TO hart_ingest;
GRANT EXECUTE ON dbo.sp_FindSketch TO hart_admin;
GRANT EXECUTE ON dbo.sp_ListUses TO hart_reader;
GRANT EXECUTE ON dbo.sp_ListUses TO hart_ingest;
GRANT EXECUTE ON dbo.sp_ListUses TO hart_admin;
GRANT EXECUTE ON dbo.sp_MeasurePruning TO hart_reader;
GRANT EXECUTE ON dbo.sp_MeasurePruning TO hart_ingest;
GRANT EXECUTE ON dbo.sp_MeasurePruning TO hart_admin;
GRANT EXECUTE ON dbo.sp_NoteAccess TO hart_reader;
GRANT EXECUTE ON dbo.sp_NoteAccess TO hart_ingest;
GRANT EXECUTE ON dbo.sp_NoteAccess TO hart_admin;

-- hart_ingest: imports, queues and works on jobs, spatializes, scores, compresses, removes models; all of its tenant.
GRANT EXECUTE ON dbo.sp_FindStored TO hart_ingest;
GRANT EXECUTE ON dbo.sp_FindStored TO hart_admin;
GRANT EXECUTE ON dbo.sp_WritePayloads TO hart_ingest;
GRANT EXECUTE ON dbo.sp_WritePayloads TO hart_admin;
GRANT EXECUTE ON dbo.sp_AtomizeModel_Governed TO hart_ingest;
GRANT EXECUTE ON dbo.sp_AtomizeModel_Governed TO hart_admin;
GRANT EXECUTE ON dbo.sp_OpenJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_OpenJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_LeaseJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_LeaseJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_QueueJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_QueueJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_RequeueJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_RequeueJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_RenewLease TO hart_ingest;
GRANT EXECUTE ON dbo.sp_RenewLease TO hart_admin;
GRANT EXECUTE ON dbo.sp_EndJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_EndJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_StopJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_StopJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_ResetJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_ResetJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_CloseJob TO hart_ingest;
GRANT EXECUTE ON dbo.sp_CloseJob TO hart_admin;
GRANT EXECUTE ON dbo.sp_RemoveModel TO hart_ingest;
GRANT EXECUTE ON dbo.sp_RemoveModel TO hart_admin;
GRANT EXECUTE ON dbo.sp_SaveState TO hart_ingest;
GRANT EXECUTE ON dbo.sp_SaveState TO hart_admin;
GRANT EXECUTE ON dbo.sp_RequireSpace TO hart_ingest;
GRANT EXECUTE ON dbo.sp_RequireSpace TO hart_admin;
GRANT EXECUTE ON dbo.sp_WriteSketches TO hart_ingest;
GRANT EXECUTE ON dbo.sp_WriteSketches TO hart_admin;
GRANT EXECUTE ON dbo.sp_WriteSpatialKeys TO hart_ingest;
GRANT EXECUTE ON dbo.sp_WriteSpatialKeys TO hart_admin;
GRANT EXECUTE ON dbo.sp_ListUnprojected TO hart_ingest;
GRANT EXECUTE ON dbo.sp_ListUnprojected TO hart_admin;
GRANT EXECUTE ON dbo.sp_SaveScores TO hart_ingest;
GRANT EXECUTE ON dbo.sp_SaveScores TO hart_admin;
GRANT EXECUTE ON dbo.sp_PutFactors TO hart_ingest;
GRANT EXECUTE ON dbo.sp_PutFactors TO hart_admin;
GRANT EXECUTE ON dbo.sp_RecordFactored TO hart_ingest;
GRANT EXECUTE ON dbo.sp_RecordFactored TO hart_admin;

-- hart_admin: tenants, and the store as a whole.
GRANT EXECUTE ON dbo.sp_AddTenant TO hart_admin;
GRANT EXECUTE ON dbo.sp_SetTenant TO hart_admin;
GRANT EXECUTE ON dbo.sp_RemoveTenant TO hart_admin;
GRANT EXECUTE ON dbo.sp_ReclaimAtoms TO hart_admin;
GRANT EXECUTE ON dbo.sp_PruneAtoms TO hart_admin;
GRANT EXECUTE ON dbo.sp_RebuildIndexes TO hart_admin;
GRANT SELECT ON dbo.AtomPayloads TO hart_admin;
GRANT SELECT ON dbo.RecipeSegments TO hart_admin;
GRANT SELECT ON dbo.EmbeddingSketches TO hart_admin;
GO
