-- Space that comes back while others import, and damage that heals.

-- Every session that imports. Numbers only grow; a session lives as long as the lock file of its number is held.
CREATE TABLE IngestSessions (
    SessionId INTEGER PRIMARY KEY AUTOINCREMENT,
    StartedAt TEXT    NOT NULL
);

-- Atoms nobody refers to, on their way out. To importers they no longer count as stored. They go once every session that had begun by then
-- (SessionId <= Epoch), and may have found them stored, has ended. A new reference takes an atom off the list.
CREATE TABLE CondemnedAtoms (
    AtomId INTEGER PRIMARY KEY REFERENCES Atoms (AtomId),
    Epoch  INTEGER NOT NULL
);

CREATE INDEX IX_Atoms_Unreferenced ON Atoms (AtomId) WHERE ReferenceCount = 0;

-- Asked for each atom that is deleted.
CREATE INDEX IX_AtomPayloads_Base ON AtomPayloads (BaseAtomId) WHERE BaseAtomId IS NOT NULL;

CREATE TRIGGER TR_Atoms_Referred AFTER UPDATE OF ReferenceCount ON Atoms
WHEN OLD.ReferenceCount = 0 AND NEW.ReferenceCount > 0
BEGIN
    DELETE FROM CondemnedAtoms WHERE AtomId = NEW.AtomId;
END;

-- Atoms whose payload was found damaged or missing. The next import that has the content heals them.
CREATE TABLE LostAtoms (
    AtomId INTEGER PRIMARY KEY REFERENCES Atoms (AtomId),
    Reason TEXT    NOT NULL,
    LostAt TEXT    NOT NULL
);

CREATE TRIGGER TR_AtomPayloads_Found AFTER INSERT ON AtomPayloads
BEGIN
    DELETE FROM LostAtoms WHERE AtomId = NEW.AtomId;
END;

CREATE TRIGGER TR_Atoms_Found AFTER UPDATE OF Content ON Atoms
WHEN NEW.Content IS NOT NULL
BEGIN
    DELETE FROM LostAtoms WHERE AtomId = NEW.AtomId;
END;

CREATE TRIGGER TR_AtomSources_Found AFTER INSERT ON AtomSources
BEGIN
    DELETE FROM LostAtoms WHERE AtomId = NEW.AtomId;
END;

-- SHA-256 over the coefficients of a tensor, in order: of each ordinal, byte offset, X, Y, Z (64-bit, little-endian), hash of the block.
CREATE TABLE Compositions (
    AtomId   INTEGER PRIMARY KEY REFERENCES Atoms (AtomId),
    Checksum BLOB    NOT NULL CHECK (length(Checksum) = 32)
);

-- What cannot be read as long as an atom is lost: itself, and what is composed of it, at any depth.
CREATE VIEW LostContents AS
WITH RECURSIVE Reached (LostAtomId, AtomId) AS (
    SELECT AtomId, AtomId FROM LostAtoms
    UNION
    SELECT r.LostAtomId, c.AtomId FROM Reached r JOIN TensorAtomCoefficients c ON c.BlockAtomId = r.AtomId)
SELECT LostAtomId, AtomId FROM Reached;

-- Files that cannot be given back until the atoms they need are healed.
CREATE VIEW LostRecipes AS
SELECT DISTINCT s.RecipeId FROM LostContents l JOIN RecipeSegments s ON s.AtomId = l.AtomId;

-- Tensors that cannot be read until then; AtomId is the lost atom.
CREATE VIEW LostTensors AS
SELECT t.TensorAtomId, t.ModelId, l.LostAtomId AS AtomId FROM LostContents l JOIN TensorAtoms t ON t.AtomId = l.AtomId;
