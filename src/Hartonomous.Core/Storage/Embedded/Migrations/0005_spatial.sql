-- Where contents lie and what is near them: sketches, and their keys by projection. All of it can be made again from the atoms, and goes
-- with them.

-- What sketches were made with. Seeds are 64 bits without sign, hence text; Identity is the SHA-256 of Description.
CREATE TABLE SketchConfig (
    SketchConfigId INTEGER PRIMARY KEY,
    Identity       BLOB    NOT NULL UNIQUE CHECK (length(Identity) = 32),
    Description    TEXT    NOT NULL,
    Dimension      INTEGER NOT NULL,
    Seed           TEXT    NOT NULL
);

-- How sketches are projected to the box. Several may stand side by side.
CREATE TABLE ProjectionConfig (
    ProjectionConfigId INTEGER PRIMARY KEY,
    SketchConfigId     INTEGER NOT NULL REFERENCES SketchConfig (SketchConfigId),
    Identity           BLOB    NOT NULL CHECK (length(Identity) = 32),
    Description        TEXT    NOT NULL,
    Method             TEXT    NOT NULL,
    Seed               TEXT    NOT NULL,
    CreatedAt          TEXT    NOT NULL,
    UNIQUE (SketchConfigId, Identity)
);

-- A sketch of an atom, or of a run of rows of it. The same bytes may be read as values of several encodings, and as rows of several lengths
-- (RowLength is 0 where the whole atom is meant). Signature is the sketch at a bit a dimension; NULL where the sketch is zero.
CREATE TABLE AtomEmbeddings (
    EmbeddingId    INTEGER PRIMARY KEY AUTOINCREMENT,
    SketchConfigId INTEGER NOT NULL REFERENCES SketchConfig (SketchConfigId),
    AtomId         INTEGER NOT NULL REFERENCES Atoms (AtomId) ON DELETE CASCADE,
    Level          TEXT    NOT NULL,
    Dtype          TEXT    NOT NULL,
    RowLength      INTEGER NOT NULL,
    FirstRow       INTEGER NOT NULL,
    RowCount       INTEGER NOT NULL,
    ValueCount     INTEGER NOT NULL,
    NonFiniteCount INTEGER NOT NULL,
    Norm           REAL    NOT NULL,
    IsConstant     INTEGER NOT NULL,
    Signature      BLOB    NULL,
    UNIQUE (AtomId, SketchConfigId, Level, Dtype, RowLength, FirstRow)
);

-- The sketches themselves, little-endian float32, apart from what a search reads of all of them. None for a zero sketch.
CREATE TABLE EmbeddingSketches (
    EmbeddingId INTEGER PRIMARY KEY REFERENCES AtomEmbeddings (EmbeddingId) ON DELETE CASCADE,
    Sketch      BLOB    NOT NULL
);

-- The spatial key, and its positions on the curves. The indexes of the curves are made after bulk work, and dropped before it.
CREATE TABLE SpatialKeys (
    EmbeddingId        INTEGER NOT NULL REFERENCES AtomEmbeddings (EmbeddingId) ON DELETE CASCADE,
    ProjectionConfigId INTEGER NOT NULL REFERENCES ProjectionConfig (ProjectionConfigId),
    X                  REAL    NOT NULL,
    Y                  REAL    NOT NULL,
    Z                  REAL    NOT NULL,
    HilbertIndex       INTEGER NOT NULL,
    MortonIndex        INTEGER NOT NULL,
    Morton2DIndex      INTEGER NOT NULL,
    IsInTree           INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (EmbeddingId, ProjectionConfigId)
) WITHOUT ROWID;

CREATE INDEX IX_SpatialKeys_NotInTree ON SpatialKeys (ProjectionConfigId) WHERE IsInTree = 0;

-- An R*Tree over the keys of all projections, each in a layer of its own. KeyId is 256 * EmbeddingId + ProjectionConfigId.
CREATE VIRTUAL TABLE SpatialTree USING rtree (KeyId, MinX, MaxX, MinY, MaxY, MinZ, MaxZ, MinConfig, MaxConfig);

-- Changes with every change of the tables above, so that what is held of them in memory can be told to be stale.
CREATE TABLE SpatialState (
    Id      INTEGER PRIMARY KEY CHECK (Id = 1),
    Changes INTEGER NOT NULL
);

INSERT INTO SpatialState (Id, Changes) VALUES (1, 0);

CREATE TRIGGER TR_SpatialKeys_Delete AFTER DELETE ON SpatialKeys
BEGIN
    DELETE FROM SpatialTree WHERE KeyId = 256 * OLD.EmbeddingId + OLD.ProjectionConfigId;
    UPDATE SpatialState SET Changes = Changes + 1;
END;
