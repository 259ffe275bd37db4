-- Scores of tensors, tensors that were pruned, and what finds the atoms that nobody has used for long.

-- The latest score of each method, with how it was made: Inputs is JSON that names the files it was made from with their SHA-256. RowMeans and
-- BlockMeans are float64, little-endian, one for each row or block; RowMeans is NULL where there are too many rows. Rows go with their tensor
-- and with its content.
CREATE TABLE TensorScores (
    TensorAtomId   INTEGER NOT NULL REFERENCES TensorAtoms (TensorAtomId) ON DELETE CASCADE,
    AtomId         INTEGER NOT NULL REFERENCES Atoms (AtomId) ON DELETE CASCADE,
    Method         TEXT    NOT NULL,
    Mean           REAL    NOT NULL,
    Total          REAL    NOT NULL,
    Least          REAL    NULL,
    Greatest       REAL    NULL,
    ValueCount     INTEGER NOT NULL,
    InvalidCount   INTEGER NOT NULL,
    RowMeans       BLOB    NULL,
    BlockMeans     BLOB    NOT NULL,
    Inputs         TEXT    NOT NULL,
    ProductVersion TEXT    NOT NULL,
    ScoredAt       TEXT    NOT NULL,
    PRIMARY KEY (TensorAtomId, Method)
);

CREATE INDEX IX_TensorScores_Atom ON TensorScores (AtomId);

-- Tensors whose content was given up: zeros stand in its place. Sha256 is that of what was there.
CREATE TABLE PrunedTensors (
    TensorAtomId INTEGER PRIMARY KEY REFERENCES TensorAtoms (TensorAtomId) ON DELETE CASCADE,
    Sha256       BLOB    NOT NULL CHECK (length(Sha256) = 32),
    Policy       TEXT    NOT NULL,
    PrunedAt     TEXT    NOT NULL
);
