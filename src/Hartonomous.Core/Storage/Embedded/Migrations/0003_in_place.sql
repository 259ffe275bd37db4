-- Contents that are referred to where they lie, in files outside the store, and the part of a diffusion pipeline a tensor belongs to.

-- Files outside the store as they were when they were imported. ModifiedAt is a .NET tick count in UTC. Rows go with the last content
-- that lies in the file; a file that was written to and imported again has a row for each state.
CREATE TABLE SourceFiles (
    SourceFileId INTEGER PRIMARY KEY AUTOINCREMENT,
    Path         TEXT    NOT NULL,
    SizeBytes    INTEGER NOT NULL,
    ModifiedAt   INTEGER NOT NULL,
    UNIQUE (Path, SizeBytes, ModifiedAt)
);

-- Where an atom that has no payload lies: as it is, in one run, at one place of a file, and maybe in several files. The atom's own hash
-- tells on every read whether it still does.
CREATE TABLE AtomSources (
    AtomId       INTEGER NOT NULL REFERENCES Atoms (AtomId) ON DELETE CASCADE,
    SourceFileId INTEGER NOT NULL REFERENCES SourceFiles (SourceFileId),
    FileOffset   INTEGER NOT NULL CHECK (FileOffset >= 0),
    StoredBytes  INTEGER NOT NULL CHECK (StoredBytes > 0),
    PRIMARY KEY (AtomId, SourceFileId)
) WITHOUT ROWID;

CREATE INDEX IX_AtomSources_File ON AtomSources (SourceFileId, FileOffset);

-- An atom that gets a payload is the store's own from then on, whoever brings the payload.
CREATE TRIGGER TR_AtomPayloads_Absorb AFTER INSERT ON AtomPayloads
BEGIN
    DELETE FROM AtomSources WHERE AtomId = NEW.AtomId;
END;

CREATE TRIGGER TR_Atoms_Absorb AFTER UPDATE OF Content ON Atoms
WHEN NEW.Content IS NOT NULL
BEGIN
    DELETE FROM AtomSources WHERE AtomId = NEW.AtomId;
END;

CREATE TRIGGER TR_AtomSources_LastOfFile AFTER DELETE ON AtomSources
WHEN NOT EXISTS (SELECT 1 FROM AtomSources WHERE SourceFileId = OLD.SourceFileId)
BEGIN
    DELETE FROM SourceFiles WHERE SourceFileId = OLD.SourceFileId;
END;

ALTER TABLE TensorAtoms ADD COLUMN Component TEXT NULL;

-- A job that is taken up again by itself goes on in the same way.
ALTER TABLE IngestionJobs ADD COLUMN IsInPlace INTEGER NOT NULL DEFAULT 0;
