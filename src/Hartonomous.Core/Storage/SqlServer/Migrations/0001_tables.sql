-- The store's tables. Times are UTC; hashes are 32 bytes of SHA-256. Kept to what every T-SQL engine takes: what only some servers have is in
-- the feature scripts. Texts are kept as SqlText writes them, names compare without regard to case, all else by code point.

CREATE TABLE dbo.Tenants (
    TenantId       bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Tenants PRIMARY KEY,
    Name           nvarchar(100) COLLATE Latin1_General_CI_AS NOT NULL CONSTRAINT UQ_Tenants_Name UNIQUE,
    Description    nvarchar(max) NULL,
    MaxAtoms       bigint        NULL CONSTRAINT CK_Tenants_MaxAtoms CHECK (MaxAtoms >= 0),
    MaxBytes       bigint        NULL CONSTRAINT CK_Tenants_MaxBytes CHECK (MaxBytes >= 0),
    AtomCount      bigint        NOT NULL CONSTRAINT DF_Tenants_AtomCount DEFAULT 0,
    ByteCount      bigint        NOT NULL CONSTRAINT DF_Tenants_ByteCount DEFAULT 0,
    CreatedAt      datetime2(3)  NOT NULL CONSTRAINT DF_Tenants_CreatedAt DEFAULT SYSUTCDATETIME(),
    LastIngestedAt datetime2(3)  NULL
);
GO

INSERT INTO dbo.Tenants (Name) VALUES (N'default');
GO

-- Distinct contents. One with BlockCount = 0 has a payload of its own (or is empty); any other is composed of blocks.
-- ReferenceCount counts rows of TensorAtoms, TensorAtomCoefficients (BlockAtomId), RecipeSegments, IngestionJobTensors and TensorFactors.
CREATE TABLE dbo.Atoms (
    AtomId         bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Atoms PRIMARY KEY,
    Hash           binary(32)   NOT NULL CONSTRAINT UQ_Atoms_Hash UNIQUE,
    Modality       nvarchar(20) NOT NULL CONSTRAINT DF_Atoms_Modality DEFAULT N'model',
    SizeBytes      bigint       NOT NULL CONSTRAINT CK_Atoms_SizeBytes CHECK (SizeBytes >= 0),
    BlockCount     int          NOT NULL CONSTRAINT DF_Atoms_BlockCount DEFAULT 0,
    ReferenceCount bigint       NOT NULL CONSTRAINT DF_Atoms_ReferenceCount DEFAULT 0
                                CONSTRAINT CK_Atoms_ReferenceCount CHECK (ReferenceCount >= 0),
    PayloadId      bigint       NULL,
    FirstSeenAt    datetime2(3) NOT NULL CONSTRAINT DF_Atoms_FirstSeenAt DEFAULT SYSUTCDATETIME(),
    LastAccessedAt datetime2(3) NOT NULL CONSTRAINT DF_Atoms_LastAccessedAt DEFAULT SYSUTCDATETIME()
);
GO

CREATE INDEX IX_Atoms_Unused ON dbo.Atoms (AtomId) INCLUDE (LastAccessedAt, SizeBytes, PayloadId) WHERE ReferenceCount = 0;
GO

CREATE INDEX IX_Atoms_Lost ON dbo.Atoms (AtomId) WHERE PayloadId IS NULL AND BlockCount = 0 AND SizeBytes > 0;
GO

-- Payloads: every row says by its hash what it is, so that this table alone can rebuild Atoms. A row with a JobId was uploaded by that job and
-- is not committed yet; no atom refers to it. Codec 0 is raw; a delta codec names the atom it is relative to.
CREATE TABLE dbo.AtomPayloads (
    PayloadId   bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_AtomPayloads PRIMARY KEY,
    Hash        binary(32)     NOT NULL,
    JobId       bigint         NULL,
    Codec       int            NOT NULL CONSTRAINT DF_AtomPayloads_Codec DEFAULT 0,
    BaseAtomId  bigint         NULL CONSTRAINT FK_AtomPayloads_Base REFERENCES dbo.Atoms (AtomId),
    StoredBytes bigint         NOT NULL,
    Content     varbinary(max) NOT NULL
);
GO

CREATE INDEX IX_AtomPayloads_Job ON dbo.AtomPayloads (JobId, Hash) INCLUDE (StoredBytes) WHERE JobId IS NOT NULL;
GO

-- How a tensor is composed: which block lies where. Shared by every model that has the tensor.
CREATE TABLE dbo.TensorAtomCoefficients (
    AtomId      bigint NOT NULL CONSTRAINT FK_TensorAtomCoefficients_Atom REFERENCES dbo.Atoms (AtomId),
    Ordinal     int    NOT NULL,
    BlockAtomId bigint NOT NULL CONSTRAINT FK_TensorAtomCoefficients_Block REFERENCES dbo.Atoms (AtomId),
    ByteOffset  bigint NOT NULL,
    PositionX   bigint NOT NULL,
    PositionY   bigint NOT NULL,
    PositionZ   bigint NOT NULL,
    CONSTRAINT PK_TensorAtomCoefficients PRIMARY KEY (AtomId, Ordinal)
);
GO

CREATE INDEX IX_TensorAtomCoefficients_Block ON dbo.TensorAtomCoefficients (BlockAtomId);
GO

-- Distinct files. ReferenceCount counts rows of ModelFiles.
CREATE TABLE dbo.Recipes (
    RecipeId       bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Recipes PRIMARY KEY,
    Sha256         binary(32) NOT NULL CONSTRAINT UQ_Recipes_Sha256 UNIQUE,
    SizeBytes      bigint     NOT NULL,
    Fingerprint    binary(32) NOT NULL,
    ReferenceCount bigint     NOT NULL CONSTRAINT DF_Recipes_ReferenceCount DEFAULT 0
                              CONSTRAINT CK_Recipes_ReferenceCount CHECK (ReferenceCount >= 0)
);
GO

CREATE INDEX IX_Recipes_Fingerprint ON dbo.Recipes (Fingerprint, SizeBytes);
GO

-- A segment is a whole atom or literal bytes. TurnedDtype is set where the file keeps the atom's numbers big-endian.
CREATE TABLE dbo.RecipeSegments (
    RecipeId    bigint         NOT NULL CONSTRAINT FK_RecipeSegments_Recipe REFERENCES dbo.Recipes (RecipeId),
    Ordinal     int            NOT NULL,
    FileOffset  bigint         NOT NULL,
    SizeBytes   bigint         NOT NULL,
    AtomId      bigint         NULL CONSTRAINT FK_RecipeSegments_Atom REFERENCES dbo.Atoms (AtomId),
    TurnedDtype nvarchar(30)   NULL,
    Literal     varbinary(max) NULL,
    CONSTRAINT PK_RecipeSegments PRIMARY KEY (RecipeId, Ordinal),
    CONSTRAINT CK_RecipeSegments_Kind CHECK ((AtomId IS NULL AND Literal IS NOT NULL) OR (AtomId IS NOT NULL AND Literal IS NULL))
);
GO

CREATE INDEX IX_RecipeSegments_Atom ON dbo.RecipeSegments (AtomId) WHERE AtomId IS NOT NULL;
GO

CREATE TABLE dbo.Models (
    ModelId        bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_Models PRIMARY KEY,
    TenantId       bigint        NOT NULL CONSTRAINT FK_Models_Tenant REFERENCES dbo.Tenants (TenantId),
    Name           nvarchar(450) COLLATE Latin1_General_CI_AS NOT NULL,
    Format         nvarchar(30)  NOT NULL,
    Variant        nvarchar(max) NULL,
    Architecture   nvarchar(max) NULL,
    ParameterCount bigint        NOT NULL,
    TensorCount    bigint        NOT NULL,
    SizeBytes      bigint        NOT NULL,
    IsFolder       bit           NOT NULL,
    SourcePath     nvarchar(max) NOT NULL,
    Metadata       nvarchar(max) NOT NULL,
    ImportedAt     datetime2(3)  NOT NULL CONSTRAINT DF_Models_ImportedAt DEFAULT SYSUTCDATETIME(),
    CONSTRAINT UQ_Models_Name UNIQUE (TenantId, Name)
);
GO

-- Tables below a model carry their tenant too, so that row-level security needs no join.
CREATE TABLE dbo.ModelFiles (
    ModelId  bigint        NOT NULL CONSTRAINT FK_ModelFiles_Model REFERENCES dbo.Models (ModelId),
    Ordinal  int           NOT NULL,
    TenantId bigint        NOT NULL,
    Path     nvarchar(max) NOT NULL,
    RecipeId bigint        NOT NULL CONSTRAINT FK_ModelFiles_Recipe REFERENCES dbo.Recipes (RecipeId),
    CONSTRAINT PK_ModelFiles PRIMARY KEY (ModelId, Ordinal)
);
GO

CREATE INDEX IX_ModelFiles_Recipe ON dbo.ModelFiles (RecipeId);
GO

-- The named tensors of a model, each referring to the atom of its content.
CREATE TABLE dbo.TensorAtoms (
    TensorAtomId bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_TensorAtoms PRIMARY KEY,
    TenantId     bigint        NOT NULL,
    ModelId      bigint        NOT NULL CONSTRAINT FK_TensorAtoms_Model REFERENCES dbo.Models (ModelId),
    Ordinal      int           NOT NULL,
    Name         nvarchar(max) COLLATE Latin1_General_BIN2 NOT NULL,
    AtomId       bigint        NOT NULL CONSTRAINT FK_TensorAtoms_Atom REFERENCES dbo.Atoms (AtomId),
    Dtype        nvarchar(30)  NOT NULL,
    Shape        nvarchar(max) NOT NULL,
    SizeBytes    bigint        NOT NULL,
    FilePath     nvarchar(max) NOT NULL,
    FileOffset   bigint        NOT NULL,
    IsContiguous bit           NOT NULL,
    IsBigEndian  bit           NOT NULL,
    LayerType    nvarchar(30)  NOT NULL,
    LayerIndex   int           NULL,
    Component    nvarchar(30)  NULL,
    CONSTRAINT UQ_TensorAtoms_Ordinal UNIQUE (ModelId, Ordinal)
);
GO

CREATE INDEX IX_TensorAtoms_Atom ON dbo.TensorAtoms (AtomId) INCLUDE (TenantId);
GO

-- The jobs, which are the queue too. Who works on one holds its lease: LeaseId, until LeaseUntil, renewed about every second. A job that is
-- Processing without a live lease was killed. SourceFiles and Selection are JSON. Without a foreign key to Tenants: commits write the row twice,
-- and each time would look the tenant up.
CREATE TABLE dbo.IngestionJobs (
    JobId             bigint IDENTITY (1, 1) NOT NULL CONSTRAINT PK_IngestionJobs PRIMARY KEY,
    TenantId          bigint           NOT NULL,
    ModelName         nvarchar(450)    COLLATE Latin1_General_BIN2 NOT NULL,
    SourcePath        nvarchar(max)    COLLATE Latin1_General_BIN2 NOT NULL,
    SourceFingerprint binary(32)       NOT NULL,
    BlockBytes        int              NOT NULL,
    Granularity       nvarchar(20)     NOT NULL CONSTRAINT DF_IngestionJobs_Granularity DEFAULT N'Block',
    IsReplacing       bit              NOT NULL CONSTRAINT DF_IngestionJobs_IsReplacing DEFAULT 0,
    Status            nvarchar(20)     NOT NULL,
    TensorCount       bigint           NOT NULL,
    BytesTotal        bigint           NOT NULL,
    BytesProcessed    bigint           NOT NULL CONSTRAINT DF_IngestionJobs_BytesProcessed DEFAULT 0,
    NewAtoms          bigint           NOT NULL CONSTRAINT DF_IngestionJobs_NewAtoms DEFAULT 0,
    NewBytes          bigint           NOT NULL CONSTRAINT DF_IngestionJobs_NewBytes DEFAULT 0,
    ModelId           bigint           NULL,
    SourceFiles       nvarchar(max)    NULL,
    Selection         nvarchar(max)    COLLATE Latin1_General_BIN2 NULL,
    ErrorCode         nvarchar(100)    NULL,
    ErrorMessage      nvarchar(max)    NULL,
    IsStopRequested   bit              NOT NULL CONSTRAINT DF_IngestionJobs_IsStopRequested DEFAULT 0,
    HostName          nvarchar(256)    NULL,
    ProcessId         int              NULL,
    Runs              int              NOT NULL CONSTRAINT DF_IngestionJobs_Runs DEFAULT 0,
    WorkerDeaths      int              NOT NULL CONSTRAINT DF_IngestionJobs_WorkerDeaths DEFAULT 0,
    LeaseId           uniqueidentifier NULL,
    LeaseUntil        datetime2(3)     NULL,
    CreatedAt         datetime2(3)     NOT NULL CONSTRAINT DF_IngestionJobs_CreatedAt DEFAULT SYSUTCDATETIME(),
    StartedAt         datetime2(3)     NULL,
    LastUpdatedAt     datetime2(3)     NOT NULL CONSTRAINT DF_IngestionJobs_LastUpdatedAt DEFAULT SYSUTCDATETIME(),
    HeartbeatAt       datetime2(3)     NULL,
    EndedAt           datetime2(3)     NULL
);
GO

CREATE INDEX IX_IngestionJobs_Open ON dbo.IngestionJobs (JobId) INCLUDE (TenantId, Status, LeaseUntil) WHERE Status <> N'Complete';
GO

CREATE INDEX IX_IngestionJobs_Tenant ON dbo.IngestionJobs (TenantId);
GO

-- The checkpoint of an open job: tensors whose content is stored. Emptied when the job is complete.
CREATE TABLE dbo.IngestionJobTensors (
    JobId    bigint NOT NULL CONSTRAINT FK_IngestionJobTensors_Job REFERENCES dbo.IngestionJobs (JobId),
    Ordinal  int    NOT NULL,
    TenantId bigint NOT NULL,
    AtomId   bigint NOT NULL CONSTRAINT FK_IngestionJobTensors_Atom REFERENCES dbo.Atoms (AtomId),
    CONSTRAINT PK_IngestionJobTensors PRIMARY KEY (JobId, Ordinal)
);
GO

CREATE INDEX IX_IngestionJobTensors_Atom ON dbo.IngestionJobTensors (AtomId) INCLUDE (TenantId);
GO

-- The atoms a tenant's models and unfinished jobs reach: tensors, segments of recipes, and the blocks these are composed of, each once.
-- A tenant reads these and no others.
CREATE TABLE dbo.TenantAtoms (
    TenantId bigint NOT NULL CONSTRAINT FK_TenantAtoms_Tenant REFERENCES dbo.Tenants (TenantId),
    AtomId   bigint NOT NULL,
    CONSTRAINT PK_TenantAtoms PRIMARY KEY (TenantId, AtomId)
);
GO

CREATE INDEX IX_TenantAtoms_Atom ON dbo.TenantAtoms (AtomId);
GO

-- 0 to 65,535, to take lists apart that come as one binary parameter.
CREATE TABLE dbo.Numbers (N int NOT NULL CONSTRAINT PK_Numbers PRIMARY KEY);
GO

WITH Digits AS (SELECT V FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15)) AS d (V))
INSERT INTO dbo.Numbers (N)
SELECT a.V + 16 * b.V + 256 * c.V + 4096 * d.V
FROM Digits a CROSS JOIN Digits b CROSS JOIN Digits c CROSS JOIN Digits d;
GO

-- Notes of the store itself: where an unfinished verification was.
CREATE TABLE dbo.StoreState (
    Name  nvarchar(100) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT PK_StoreState PRIMARY KEY,
    Value nvarchar(max) NOT NULL
);
GO
