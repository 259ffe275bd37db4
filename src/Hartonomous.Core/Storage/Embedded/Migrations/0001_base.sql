-- The embedded store's tables. Times are UTC in ISO 8601; hashes are 32 bytes of SHA-256.

CREATE TABLE Tenants (
    TenantId  INTEGER PRIMARY KEY,
    Name      TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    CreatedAt TEXT    NOT NULL
);

INSERT INTO Tenants (TenantId, Name, CreatedAt) VALUES (1, 'default', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

-- Pack files. A writer appends past CommittedBytes and raises it in the transaction that indexes its frames;
-- bytes beyond it are what a killed writer left, and are cut off by the next one.
CREATE TABLE Packs (
    PackId         INTEGER PRIMARY KEY AUTOINCREMENT,
    CommittedBytes INTEGER NOT NULL DEFAULT 0,
    IsSealed       INTEGER NOT NULL DEFAULT 0
);

-- Distinct contents. One with BlockCount = 0 has a payload of its own (or is empty); any other is composed of blocks.
-- ReferenceCount counts rows of TensorAtoms, TensorAtomCoefficients (BlockAtomId), RecipeSegments and IngestionJobTensors.
CREATE TABLE Atoms (
    AtomId         INTEGER PRIMARY KEY AUTOINCREMENT,
    Hash           BLOB    NOT NULL UNIQUE CHECK (length(Hash) = 32),
    Modality       TEXT    NOT NULL DEFAULT 'model',
    SizeBytes      INTEGER NOT NULL CHECK (SizeBytes >= 0),
    BlockCount     INTEGER NOT NULL DEFAULT 0,
    ReferenceCount INTEGER NOT NULL DEFAULT 0 CHECK (ReferenceCount >= 0),
    FirstSeenAt    TEXT    NOT NULL,
    LastAccessedAt TEXT    NOT NULL
);

-- Where a payload lies. Codec 0 is raw; a delta codec names the atom it is relative to.
CREATE TABLE AtomPayloads (
    AtomId      INTEGER PRIMARY KEY REFERENCES Atoms (AtomId),
    PackId      INTEGER NOT NULL REFERENCES Packs (PackId),
    PackOffset  INTEGER NOT NULL,
    StoredBytes INTEGER NOT NULL,
    Codec       INTEGER NOT NULL DEFAULT 0,
    BaseAtomId  INTEGER NULL REFERENCES Atoms (AtomId)
);

CREATE INDEX IX_AtomPayloads_Pack ON AtomPayloads (PackId, PackOffset);

-- How a tensor is composed: which block lies where. Shared by every model that has the tensor.
CREATE TABLE TensorAtomCoefficients (
    AtomId      INTEGER NOT NULL REFERENCES Atoms (AtomId),
    Ordinal     INTEGER NOT NULL,
    BlockAtomId INTEGER NOT NULL REFERENCES Atoms (AtomId),
    ByteOffset  INTEGER NOT NULL,
    PositionX   INTEGER NOT NULL,
    PositionY   INTEGER NOT NULL,
    PositionZ   INTEGER NOT NULL,
    PRIMARY KEY (AtomId, Ordinal)
) WITHOUT ROWID;

CREATE INDEX IX_TensorAtomCoefficients_Block ON TensorAtomCoefficients (BlockAtomId);

-- Distinct files. ReferenceCount counts rows of ModelFiles.
CREATE TABLE Recipes (
    RecipeId       INTEGER PRIMARY KEY AUTOINCREMENT,
    Sha256         BLOB    NOT NULL UNIQUE CHECK (length(Sha256) = 32),
    SizeBytes      INTEGER NOT NULL,
    Fingerprint    BLOB    NOT NULL CHECK (length(Fingerprint) = 32),
    ReferenceCount INTEGER NOT NULL DEFAULT 0 CHECK (ReferenceCount >= 0)
);

CREATE INDEX IX_Recipes_Fingerprint ON Recipes (Fingerprint, SizeBytes);

-- A segment is a whole atom or literal bytes. TurnedDtype is set where the file keeps the atom's numbers big-endian.
CREATE TABLE RecipeSegments (
    RecipeId    INTEGER NOT NULL REFERENCES Recipes (RecipeId),
    Ordinal     INTEGER NOT NULL,
    FileOffset  INTEGER NOT NULL,
    SizeBytes   INTEGER NOT NULL,
    AtomId      INTEGER NULL REFERENCES Atoms (AtomId),
    TurnedDtype TEXT    NULL,
    Literal     BLOB    NULL,
    PRIMARY KEY (RecipeId, Ordinal),
    CHECK ((AtomId IS NULL) <> (Literal IS NULL))
) WITHOUT ROWID;

CREATE INDEX IX_RecipeSegments_Atom ON RecipeSegments (AtomId) WHERE AtomId IS NOT NULL;

CREATE TABLE Models (
    ModelId        INTEGER PRIMARY KEY AUTOINCREMENT,
    TenantId       INTEGER NOT NULL REFERENCES Tenants (TenantId),
    Name           TEXT    NOT NULL COLLATE NOCASE,
    Format         TEXT    NOT NULL,
    Variant        TEXT    NULL,
    Architecture   TEXT    NULL,
    ParameterCount INTEGER NOT NULL,
    TensorCount    INTEGER NOT NULL,
    SizeBytes      INTEGER NOT NULL,
    IsFolder       INTEGER NOT NULL,
    SourcePath     TEXT    NOT NULL,
    Metadata       TEXT    NOT NULL,
    ImportedAt     TEXT    NOT NULL,
    UNIQUE (TenantId, Name)
);

CREATE TABLE ModelFiles (
    ModelId  INTEGER NOT NULL REFERENCES Models (ModelId),
    Ordinal  INTEGER NOT NULL,
    Path     TEXT    NOT NULL,
    RecipeId INTEGER NOT NULL REFERENCES Recipes (RecipeId),
    PRIMARY KEY (ModelId, Ordinal)
) WITHOUT ROWID;

CREATE INDEX IX_ModelFiles_Recipe ON ModelFiles (RecipeId);

-- The named tensors of a model, each referring to the atom of its content.
CREATE TABLE TensorAtoms (
    TensorAtomId INTEGER PRIMARY KEY AUTOINCREMENT,
    ModelId      INTEGER NOT NULL REFERENCES Models (ModelId),
    Ordinal      INTEGER NOT NULL,
    Name         TEXT    NOT NULL,
    AtomId       INTEGER NOT NULL REFERENCES Atoms (AtomId),
    Dtype        TEXT    NOT NULL,
    Shape        TEXT    NOT NULL,
    SizeBytes    INTEGER NOT NULL,
    FilePath     TEXT    NOT NULL,
    FileOffset   INTEGER NOT NULL,
    IsContiguous INTEGER NOT NULL,
    IsBigEndian  INTEGER NOT NULL,
    LayerType    TEXT    NOT NULL,
    LayerIndex   INTEGER NULL,
    UNIQUE (ModelId, Ordinal)
);

CREATE INDEX IX_TensorAtoms_Atom ON TensorAtoms (AtomId);

CREATE TABLE IngestionJobs (
    JobId             INTEGER PRIMARY KEY AUTOINCREMENT,
    TenantId          INTEGER NOT NULL REFERENCES Tenants (TenantId),
    ModelName         TEXT    NOT NULL,
    SourcePath        TEXT    NOT NULL,
    SourceFingerprint BLOB    NOT NULL,
    BlockBytes        INTEGER NOT NULL,
    Status            TEXT    NOT NULL,
    TensorCount       INTEGER NOT NULL,
    BytesTotal        INTEGER NOT NULL,
    BytesProcessed    INTEGER NOT NULL DEFAULT 0,
    NewAtoms          INTEGER NOT NULL DEFAULT 0,
    NewBytes          INTEGER NOT NULL DEFAULT 0,
    ModelId           INTEGER NULL,
    ErrorMessage      TEXT    NULL,
    CreatedAt         TEXT    NOT NULL,
    LastUpdatedAt     TEXT    NOT NULL
);

CREATE INDEX IX_IngestionJobs_Open ON IngestionJobs (ModelName, SourcePath) WHERE Status <> 'Complete';

-- The checkpoint of an open job: tensors whose content is stored. Emptied when the job is complete.
CREATE TABLE IngestionJobTensors (
    JobId   INTEGER NOT NULL REFERENCES IngestionJobs (JobId),
    Ordinal INTEGER NOT NULL,
    AtomId  INTEGER NOT NULL REFERENCES Atoms (AtomId),
    PRIMARY KEY (JobId, Ordinal)
) WITHOUT ROWID;

CREATE INDEX IX_IngestionJobTensors_Atom ON IngestionJobTensors (AtomId);
