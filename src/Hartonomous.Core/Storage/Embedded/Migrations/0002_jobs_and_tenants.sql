-- Jobs that can be watched, stopped and reset from other processes; tenants with quotas; small payloads beside their atoms.

-- The payload itself where it is small: a frame in a pack would be larger than its content. Such an atom has no row in AtomPayloads.
ALTER TABLE Atoms ADD COLUMN Content BLOB NULL CHECK (Content IS NULL OR (length(Content) = SizeBytes AND BlockCount = 0));

-- Keys of tenants are not given out twice, so that a handle that outlives its tenant does not become another's.
CREATE TABLE TenantNumbers (TenantId INTEGER PRIMARY KEY AUTOINCREMENT);
INSERT INTO TenantNumbers (TenantId) SELECT max(TenantId) FROM Tenants;

-- Quotas: NULL is none. AtomCount and ByteCount follow TenantAtoms by its triggers.
ALTER TABLE Tenants ADD COLUMN Description TEXT NULL;
ALTER TABLE Tenants ADD COLUMN MaxAtoms INTEGER NULL CHECK (MaxAtoms >= 0);
ALTER TABLE Tenants ADD COLUMN MaxBytes INTEGER NULL CHECK (MaxBytes >= 0);
ALTER TABLE Tenants ADD COLUMN AtomCount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Tenants ADD COLUMN ByteCount INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Tenants ADD COLUMN LastIngestedAt TEXT NULL;

-- The atoms a tenant's models and unfinished jobs reach: tensors, segments of recipes, and the blocks these are composed of, each once.
-- A tenant reads these and no others.
CREATE TABLE TenantAtoms (
    TenantId INTEGER NOT NULL REFERENCES Tenants (TenantId),
    AtomId   INTEGER NOT NULL,
    PRIMARY KEY (TenantId, AtomId)
) WITHOUT ROWID;

-- Composed atoms are free: their blocks have the bytes.
CREATE TRIGGER TR_TenantAtoms_Insert AFTER INSERT ON TenantAtoms
BEGIN
    UPDATE Tenants SET AtomCount = AtomCount + 1, ByteCount = ByteCount + a.SizeBytes
    FROM (SELECT SizeBytes FROM Atoms WHERE AtomId = NEW.AtomId AND BlockCount = 0) a
    WHERE TenantId = NEW.TenantId;
END;

CREATE TRIGGER TR_TenantAtoms_Delete AFTER DELETE ON TenantAtoms
BEGIN
    UPDATE Tenants SET AtomCount = AtomCount - 1, ByteCount = ByteCount - a.SizeBytes
    FROM (SELECT SizeBytes FROM Atoms WHERE AtomId = OLD.AtomId AND BlockCount = 0) a
    WHERE TenantId = OLD.TenantId;
END;

INSERT INTO TenantAtoms (TenantId, AtomId)
WITH RECURSIVE Reached (TenantId, AtomId) AS (
    SELECT m.TenantId, t.AtomId FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId
    UNION
    SELECT m.TenantId, s.AtomId
    FROM Models m JOIN ModelFiles f ON f.ModelId = m.ModelId JOIN RecipeSegments s ON s.RecipeId = f.RecipeId
    WHERE s.AtomId IS NOT NULL
    UNION
    SELECT j.TenantId, t.AtomId FROM IngestionJobTensors t JOIN IngestionJobs j ON j.JobId = t.JobId
    UNION
    SELECT r.TenantId, c.BlockAtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.AtomId = r.AtomId
)
SELECT TenantId, AtomId FROM Reached;

UPDATE Tenants SET LastIngestedAt = (SELECT max(ImportedAt) FROM Models m WHERE m.TenantId = Tenants.TenantId);

CREATE INDEX IX_Models_Tenant ON Models (TenantId);

-- What a job needs to be taken up by itself, and what others see of it while it works. SourceFiles and Selection are JSON.
ALTER TABLE IngestionJobs ADD COLUMN Granularity TEXT NOT NULL DEFAULT 'Block';
ALTER TABLE IngestionJobs ADD COLUMN IsReplacing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE IngestionJobs ADD COLUMN SourceFiles TEXT NULL;
ALTER TABLE IngestionJobs ADD COLUMN Selection TEXT NULL;
ALTER TABLE IngestionJobs ADD COLUMN ErrorCode TEXT NULL;
ALTER TABLE IngestionJobs ADD COLUMN IsStopRequested INTEGER NOT NULL DEFAULT 0;
ALTER TABLE IngestionJobs ADD COLUMN HostName TEXT NULL;
ALTER TABLE IngestionJobs ADD COLUMN ProcessId INTEGER NULL;
ALTER TABLE IngestionJobs ADD COLUMN Runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE IngestionJobs ADD COLUMN StartedAt TEXT NULL;
ALTER TABLE IngestionJobs ADD COLUMN HeartbeatAt TEXT NULL;
ALTER TABLE IngestionJobs ADD COLUMN EndedAt TEXT NULL;

UPDATE IngestionJobs SET StartedAt = CreatedAt, HeartbeatAt = LastUpdatedAt, Runs = 1;
UPDATE IngestionJobs SET EndedAt = LastUpdatedAt WHERE Status <> 'Processing';

CREATE INDEX IX_IngestionJobs_Tenant ON IngestionJobs (TenantId);
