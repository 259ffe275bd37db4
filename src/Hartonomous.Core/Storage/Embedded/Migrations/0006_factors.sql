-- Low-rank factors: contents that are computed, and the tensors of models they stand for.

-- An atom with a row here is the product of two factors, plus a base where there is one. They are its blocks: ordinal 0 is the left factor
-- (RowCount x Rank), 1 the right one (Rank x ColumnCount), 2 the base (RowCount x ColumnCount). Their offsets and lengths mean nothing.
CREATE TABLE SVDComponents (
    AtomId      INTEGER PRIMARY KEY REFERENCES Atoms (AtomId) ON DELETE CASCADE,
    Dtype       TEXT    NOT NULL,
    RowCount    INTEGER NOT NULL CHECK (RowCount > 0),
    ColumnCount INTEGER NOT NULL CHECK (ColumnCount > 0),
    Rank        INTEGER NOT NULL CHECK (Rank > 0),
    FactorDtype TEXT    NOT NULL,
    BaseDtype   TEXT    NULL
);

-- A tensor of a model and the atom that stands for it. Counted in Atoms.ReferenceCount. Where IsDropped is set, the tensor is that atom, and
-- the original is gone as far as the model is concerned.
CREATE TABLE TensorFactors (
    TensorAtomId  INTEGER PRIMARY KEY REFERENCES TensorAtoms (TensorAtomId),
    AtomId        INTEGER NOT NULL REFERENCES Atoms (AtomId),
    Dtype         TEXT    NOT NULL,
    RowCount      INTEGER NOT NULL,
    ColumnCount   INTEGER NOT NULL,
    Rank          INTEGER NOT NULL,
    FactorDtype   TEXT    NOT NULL,
    BaseDtype     TEXT    NULL,
    FactorBytes   INTEGER NOT NULL,
    OriginalHash  BLOB    NOT NULL CHECK (length(OriginalHash) = 32),
    OriginalDtype TEXT    NOT NULL,
    OriginalBytes INTEGER NOT NULL,
    IsDropped     INTEGER NOT NULL DEFAULT 0,
    RelativeError REAL    NOT NULL,
    SpectralError REAL    NOT NULL,
    TensorError   REAL    NOT NULL,
    BaseModel     TEXT    NULL,
    CreatedAt     TEXT    NOT NULL
);

CREATE INDEX IX_TensorFactors_Atom ON TensorFactors (AtomId);
