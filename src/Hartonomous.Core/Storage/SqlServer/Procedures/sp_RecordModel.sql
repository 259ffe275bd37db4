-- Called by: sp_AtomizeModel_Governed, in the transaction of the job's last chunk; sp_RecordFactored, without a job.
-- Writes the rows of a model whose contents are stored, adds what it reaches to the caller's table #Charged (AtomId, Depth), gives the job's
-- checkpoint up and completes the job. @Hashes are 32 bytes each; what is called hash below is a place among them. The rest is JSON:
--   @Texts    [text, ...]; quotation marks and backslashes stand as U+F8FF and their code. What is called name, path, policy, variant, architecture
--             or source path below is a place among them: not every server gives long texts whole out of nested arrays, or undoes JSON's escapes
--   @Model    {name, format, variant, architecture, parameterCount, tensorCount, sizeBytes, isFolder, sourcePath, replaces}
--   @Files    [[ordinal, path, sizeBytes, sha256 hash, fingerprint hash, whether segments are given], ...]
--   @Segments [[file ordinal, ordinal, offset in the file, sizeBytes, atom's hash or null, turned dtype or null, offset in @Literals or null], ...]
--   @Rows     [[ordinal, name, hash, dtype, shape, sizeBytes, file path, offset, isContiguous, isBigEndian, layer type, layer index or null,
--              component or null], ...]
--   @Pruned   [[tensor's ordinal, hash of what it held, policy, when], ...]: the tensors whose content was given up
CREATE PROCEDURE dbo.sp_RecordModel
    @JobId bigint,
    @TenantId bigint,
    @Hashes varbinary(max),
    @Texts nvarchar(max),
    @Model nvarchar(max),
    @Metadata nvarchar(max),
    @Files nvarchar(max),
    @Segments nvarchar(max),
    @Literals varbinary(max),
    @Rows nvarchar(max),
    @Pruned nvarchar(max),
    @ModelId bigint OUTPUT
AS
BEGIN
    SET NOCOUNT ON;
    SET XACT_ABORT ON;

    DECLARE @Mark nchar(1) = NCHAR(63743), @Name nvarchar(max), @Replaces bigint, @Bad nvarchar(max), @Count bigint, @X bigint, @Y bigint, @Z bigint,
            @Message nvarchar(2000);

    CREATE TABLE #Texts (Place int NOT NULL PRIMARY KEY, Text nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL);
    INSERT INTO #Texts (Place, Text)
    SELECT CAST(t.[key] AS int),
           REPLACE(REPLACE(COALESCE(t.value, N'') COLLATE Latin1_General_BIN2, @Mark + N'0022', N'"'), @Mark + N'005C', N'\')
    FROM OPENJSON(@Texts) t;

    SELECT @Name = n.Text, @Replaces = m.Replaces
    FROM OPENJSON(@Model) WITH (Name int '$.name', Replaces bigint '$.replaces') m
    JOIN #Texts n ON n.Place = m.Name;

    -- The files: those whose content is stored already refer to its recipe.
    CREATE TABLE #Files (
        Ordinal int NOT NULL PRIMARY KEY, Path nvarchar(max) NOT NULL, SizeBytes bigint NOT NULL, Sha256 binary(32) NOT NULL,
        Fingerprint binary(32) NOT NULL, HasSegments int NOT NULL);
    CREATE TABLE #NewRecipes (Sha256 binary(32) NOT NULL PRIMARY KEY, Ordinal int NOT NULL);

    INSERT INTO #Files (Ordinal, Path, SizeBytes, Sha256, Fingerprint, HasSegments)
    SELECT f.Ordinal, p.Text, f.SizeBytes, CAST(SUBSTRING(@Hashes, 1 + 32 * f.Sha256, 32) AS binary(32)),
           CAST(SUBSTRING(@Hashes, 1 + 32 * f.Fingerprint, 32) AS binary(32)), f.HasSegments
    FROM OPENJSON(@Files) WITH (
        Ordinal int '$[0]', Path int '$[1]', SizeBytes bigint '$[2]', Sha256 int '$[3]', Fingerprint int '$[4]', HasSegments int '$[5]') f
    JOIN #Texts p ON p.Place = f.Path;

    -- Scores of a replaced model's tensors stay where the tensor does.
    CREATE TABLE #KeptScores (
        Name nvarchar(max) NOT NULL, Method nvarchar(30) NOT NULL, AtomId bigint NOT NULL, Mean float NOT NULL, Total float NOT NULL, Least float NULL,
        Greatest float NULL, ValueCount bigint NOT NULL, InvalidCount bigint NOT NULL, RowMeans varbinary(max) NULL, BlockMeans varbinary(max) NOT NULL,
        Inputs nvarchar(max) NOT NULL, ProductVersion nvarchar(100) NOT NULL, ScoredAt datetime2(3) NOT NULL);
    IF @Replaces IS NOT NULL
        INSERT INTO #KeptScores
            (Name, Method, AtomId, Mean, Total, Least, Greatest, ValueCount, InvalidCount, RowMeans, BlockMeans, Inputs, ProductVersion, ScoredAt)
        SELECT t.Name, s.Method, s.AtomId, s.Mean, s.Total, s.Least, s.Greatest, s.ValueCount, s.InvalidCount, s.RowMeans, s.BlockMeans, s.Inputs,
               s.ProductVersion, s.ScoredAt
        FROM dbo.TensorScores s
        JOIN dbo.TensorAtoms t ON t.TensorAtomId = s.TensorAtomId
        WHERE t.ModelId = @Replaces;

    -- Files that equal stored ones bring no recipe of their own: the replaced model may be the last to hold theirs.
    IF @Replaces IS NOT NULL
    BEGIN
        UPDATE r SET ReferenceCount = r.ReferenceCount + 1
        FROM dbo.Recipes r
        WHERE r.Sha256 IN (SELECT f.Sha256 FROM #Files f WHERE f.HasSegments = 0);
        EXEC dbo.sp_RemoveModelRows @ModelId = @Replaces, @TenantId = @TenantId, @Tensors = @X OUTPUT, @ReleasedAtoms = @Y OUTPUT,
            @ReleasedBytes = @Z OUTPUT;
        UPDATE r SET ReferenceCount = r.ReferenceCount - 1
        FROM dbo.Recipes r
        WHERE r.Sha256 IN (SELECT f.Sha256 FROM #Files f WHERE f.HasSegments = 0);
    END;

    IF EXISTS (SELECT 1 FROM dbo.Models WHERE TenantId = @TenantId AND Name = CAST(@Name AS nvarchar(450)))
    BEGIN
        SET @Message = CONCAT(N'MODEL_EXISTS|', LEFT(@Name, 500), N'|another process has stored a model of this name meanwhile');
        THROW 51000, @Message, 1;
    END;

    INSERT INTO dbo.Models
        (TenantId, Name, Format, Variant, Architecture, ParameterCount, TensorCount, SizeBytes, IsFolder, SourcePath, Metadata)
    SELECT @TenantId, @Name, m.Format, v.Text, a.Text, m.ParameterCount, m.TensorCount, m.SizeBytes, m.IsFolder, s.Text, @Metadata
    FROM OPENJSON(@Model) WITH (
        Format nvarchar(30) '$.format', Variant int '$.variant', Architecture int '$.architecture', ParameterCount bigint '$.parameterCount',
        TensorCount bigint '$.tensorCount', SizeBytes bigint '$.sizeBytes', IsFolder int '$.isFolder', SourcePath int '$.sourcePath') m
    JOIN #Texts s ON s.Place = m.SourcePath
    LEFT JOIN #Texts v ON v.Place = m.Variant
    LEFT JOIN #Texts a ON a.Place = m.Architecture;
    SET @ModelId = SCOPE_IDENTITY();

    INSERT INTO #NewRecipes (Sha256, Ordinal)
    SELECT f.Sha256, MIN(f.Ordinal)
    FROM #Files f
    WHERE f.HasSegments = 1
      AND NOT EXISTS (SELECT 1 FROM dbo.Recipes r WITH (UPDLOCK, SERIALIZABLE) WHERE r.Sha256 = f.Sha256)
    GROUP BY f.Sha256;

    INSERT INTO dbo.Recipes (Sha256, SizeBytes, Fingerprint)
    SELECT f.Sha256, f.SizeBytes, f.Fingerprint
    FROM #NewRecipes n
    JOIN #Files f ON f.Ordinal = n.Ordinal
    ORDER BY f.Sha256;

    UPDATE r
    SET ReferenceCount = r.ReferenceCount + u.Times
    FROM dbo.Recipes r
    JOIN (SELECT Sha256, COUNT_BIG(*) AS Times FROM #Files GROUP BY Sha256) u ON u.Sha256 = r.Sha256;

    INSERT INTO dbo.ModelFiles (ModelId, Ordinal, TenantId, Path, RecipeId)
    SELECT @ModelId, f.Ordinal, @TenantId, f.Path, r.RecipeId
    FROM #Files f
    JOIN dbo.Recipes r ON r.Sha256 = f.Sha256;

    SELECT TOP (1) @Bad = f.Path
    FROM #Files f
    WHERE NOT EXISTS (SELECT 1 FROM dbo.ModelFiles m WHERE m.ModelId = @ModelId AND m.Ordinal = f.Ordinal);
    IF @Bad IS NOT NULL
    BEGIN
        SET @Message = CONCAT(N'CONTENT_REMOVED|', LEFT(@Bad, 500), N'|the stored file it equals was removed meanwhile; import it again');
        THROW 51000, @Message, 1;
    END;

    -- The new files' segments.
    CREATE TABLE #Segments (
        FileOrdinal int NOT NULL, Ordinal int NOT NULL, FileOffset bigint NOT NULL, SizeBytes bigint NOT NULL, Hash binary(32) NULL,
        TurnedDtype nvarchar(30) NULL, LiteralOffset bigint NULL);
    INSERT INTO #Segments (FileOrdinal, Ordinal, FileOffset, SizeBytes, Hash, TurnedDtype, LiteralOffset)
    SELECT s.FileOrdinal, s.Ordinal, s.FileOffset, s.SizeBytes,
           CASE WHEN s.Hash IS NOT NULL THEN CAST(SUBSTRING(@Hashes, 1 + 32 * s.Hash, 32) AS binary(32)) END, s.TurnedDtype, s.LiteralOffset
    FROM OPENJSON(@Segments) WITH (
        FileOrdinal int '$[0]', Ordinal int '$[1]', FileOffset bigint '$[2]', SizeBytes bigint '$[3]', Hash int '$[4]', TurnedDtype nvarchar(30) '$[5]',
        LiteralOffset bigint '$[6]') s
    JOIN #NewRecipes n ON n.Ordinal = s.FileOrdinal;

    INSERT INTO dbo.RecipeSegments (RecipeId, Ordinal, FileOffset, SizeBytes, AtomId, TurnedDtype, Literal)
    SELECT r.RecipeId, s.Ordinal, s.FileOffset, s.SizeBytes, a.AtomId, s.TurnedDtype,
           CASE WHEN s.LiteralOffset IS NOT NULL THEN SUBSTRING(@Literals, s.LiteralOffset + 1, s.SizeBytes) END
    FROM #Segments s
    JOIN #NewRecipes n ON n.Ordinal = s.FileOrdinal
    JOIN dbo.Recipes r ON r.Sha256 = n.Sha256
    LEFT JOIN dbo.Atoms a ON a.Hash = s.Hash
    WHERE s.LiteralOffset IS NOT NULL OR a.AtomId IS NOT NULL;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #Segments)
        THROW 51000, N'CONTENT_REMOVED|a part of a file|the atom was removed while a model was about to refer to it', 1;

    -- The tensors.
    CREATE TABLE #Rows (
        Ordinal int NOT NULL PRIMARY KEY, Name int NOT NULL, Hash binary(32) NOT NULL, Dtype nvarchar(30) NOT NULL, Shape nvarchar(max) NOT NULL,
        SizeBytes bigint NOT NULL, FilePath int NOT NULL, FileOffset bigint NOT NULL, IsContiguous int NOT NULL, IsBigEndian int NOT NULL,
        LayerType nvarchar(30) NOT NULL, LayerIndex int NULL, Component nvarchar(30) NULL);
    INSERT INTO #Rows (Ordinal, Name, Hash, Dtype, Shape, SizeBytes, FilePath, FileOffset, IsContiguous, IsBigEndian, LayerType, LayerIndex, Component)
    SELECT t.Ordinal, t.Name, CAST(SUBSTRING(@Hashes, 1 + 32 * t.Hash, 32) AS binary(32)), t.Dtype, t.Shape, t.SizeBytes, t.FilePath, t.FileOffset,
           t.IsContiguous, t.IsBigEndian, t.LayerType, t.LayerIndex, t.Component
    FROM OPENJSON(@Rows) WITH (
        Ordinal int '$[0]', Name int '$[1]', Hash int '$[2]', Dtype nvarchar(30) '$[3]', Shape nvarchar(max) '$[4]', SizeBytes bigint '$[5]',
        FilePath int '$[6]', FileOffset bigint '$[7]', IsContiguous int '$[8]', IsBigEndian int '$[9]', LayerType nvarchar(30) '$[10]',
        LayerIndex int '$[11]', Component nvarchar(30) '$[12]') t;

    INSERT INTO dbo.TensorAtoms
        (TenantId, ModelId, Ordinal, Name, AtomId, Dtype, Shape, SizeBytes, FilePath, FileOffset, IsContiguous, IsBigEndian, LayerType, LayerIndex,
         Component)
    SELECT @TenantId, @ModelId, t.Ordinal, n.Text, a.AtomId, t.Dtype, t.Shape, t.SizeBytes, p.Text, t.FileOffset,
           t.IsContiguous, t.IsBigEndian, t.LayerType, t.LayerIndex, t.Component
    FROM #Rows t
    JOIN #Texts n ON n.Place = t.Name
    JOIN #Texts p ON p.Place = t.FilePath
    JOIN dbo.Atoms a ON a.Hash = t.Hash;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #Rows)
        THROW 51000, N'CONTENT_REMOVED|a tensor|the atom was removed while a model was about to refer to it', 1;

    INSERT INTO dbo.PrunedTensors (TensorAtomId, TenantId, Sha256, Policy, PrunedAt)
    SELECT t.TensorAtomId, @TenantId, CAST(SUBSTRING(@Hashes, 1 + 32 * p.Hash, 32) AS binary(32)), w.Text, CAST(p.PrunedAt AS datetime2(3))
    FROM OPENJSON(@Pruned) WITH (Ordinal int '$[0]', Hash int '$[1]', Policy int '$[2]', PrunedAt nvarchar(40) '$[3]') p
    JOIN #Texts w ON w.Place = p.Policy
    JOIN dbo.TensorAtoms t ON t.ModelId = @ModelId AND t.Ordinal = p.Ordinal;

    INSERT INTO dbo.TensorScores
        (TensorAtomId, Method, TenantId, AtomId, Mean, Total, Least, Greatest, ValueCount, InvalidCount, RowMeans, BlockMeans, Inputs, ProductVersion,
         ScoredAt)
    SELECT t.TensorAtomId, k.Method, @TenantId, k.AtomId, k.Mean, k.Total, k.Least, k.Greatest, k.ValueCount, k.InvalidCount, k.RowMeans, k.BlockMeans,
           k.Inputs, k.ProductVersion, k.ScoredAt
    FROM #KeptScores k
    JOIN dbo.TensorAtoms t ON t.ModelId = @ModelId AND t.Name = k.Name COLLATE Latin1_General_BIN2 AND t.AtomId = k.AtomId;

    -- One reference a row.
    CREATE TABLE #Referred (AtomId bigint NOT NULL PRIMARY KEY, Times bigint NOT NULL);
    INSERT INTO #Referred (AtomId, Times)
    SELECT u.AtomId, COUNT_BIG(*)
    FROM (
        SELECT AtomId FROM dbo.TensorAtoms WHERE ModelId = @ModelId
        UNION ALL
        SELECT s.AtomId
        FROM #NewRecipes n
        JOIN dbo.Recipes r ON r.Sha256 = n.Sha256
        JOIN dbo.RecipeSegments s ON s.RecipeId = r.RecipeId
        WHERE s.AtomId IS NOT NULL) u
    GROUP BY u.AtomId;
    UPDATE a
    SET ReferenceCount = a.ReferenceCount + u.Times,
        LastAccessedAt = SYSUTCDATETIME()
    FROM dbo.Atoms a
    JOIN #Referred u ON u.AtomId = a.AtomId;
    SET @Count = @@ROWCOUNT;
    IF @Count <> (SELECT COUNT_BIG(*) FROM #Referred)
        THROW 51000, N'CONTENT_REMOVED|a tensor|the atom was removed while a model was about to refer to it', 1;

    -- The caller charges them to the tenant.
    INSERT INTO #Charged (AtomId, Depth)
    SELECT u.AtomId, 0
    FROM (
        SELECT AtomId FROM dbo.TensorAtoms WHERE ModelId = @ModelId
        UNION
        SELECT s.AtomId
        FROM dbo.ModelFiles f
        JOIN dbo.RecipeSegments s ON s.RecipeId = f.RecipeId
        WHERE f.ModelId = @ModelId AND s.AtomId IS NOT NULL) u
    WHERE NOT EXISTS (SELECT 1 FROM #Charged c WHERE c.AtomId = u.AtomId);
    UPDATE dbo.Tenants SET LastIngestedAt = SYSUTCDATETIME() WHERE TenantId = @TenantId;

    IF @JobId IS NULL
        RETURN;

    EXEC dbo.sp_DropCheckpoint @JobId = @JobId, @GiveUp = 0, @ReleasedAtoms = @X OUTPUT, @ReleasedBytes = @Y OUTPUT;

    UPDATE dbo.IngestionJobs
    SET Status = N'Complete', ModelId = @ModelId, ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0, EndedAt = SYSUTCDATETIME()
    WHERE JobId = @JobId;
END;
GO
