-- Where contents lie and what is near them: sketches, and their keys by projection. All of it can be made again from the atoms, and goes with
-- them. Seeds are 64 bits without sign, hence text.

CREATE TABLE dbo.SketchConfig (
    SketchConfigId int           IDENTITY (1, 1) NOT NULL CONSTRAINT PK_SketchConfig PRIMARY KEY,
    [Identity]     binary(32)    NOT NULL CONSTRAINT UQ_SketchConfig_Identity UNIQUE,
    Description    nvarchar(max) NOT NULL,
    Dimension      int           NOT NULL,
    Seed           nvarchar(20)  NOT NULL
);
GO

-- How sketches are projected to the box. Several may stand side by side.
CREATE TABLE dbo.ProjectionConfig (
    ProjectionConfigId int           IDENTITY (1, 1) NOT NULL CONSTRAINT PK_ProjectionConfig PRIMARY KEY,
    SketchConfigId     int           NOT NULL CONSTRAINT FK_ProjectionConfig_Sketch REFERENCES dbo.SketchConfig (SketchConfigId),
    [Identity]         binary(32)    NOT NULL,
    Description        nvarchar(max) NOT NULL,
    Method             nvarchar(30)  NOT NULL,
    Seed               nvarchar(20)  NOT NULL,
    CreatedAt          datetime2(3)  NOT NULL CONSTRAINT DF_ProjectionConfig_CreatedAt DEFAULT SYSUTCDATETIME(),
    CONSTRAINT UQ_ProjectionConfig UNIQUE (SketchConfigId, [Identity])
);
GO

-- A sketch of an atom, or of a run of rows of it. The same bytes may be read as values of several encodings, and as rows of several lengths
-- (RowLength is 0 where the whole atom is meant). Signature is the sketch at a bit a dimension; NULL where the sketch is zero.
CREATE TABLE dbo.AtomEmbeddings (
    EmbeddingId    bigint         IDENTITY (1, 1) NOT NULL CONSTRAINT PK_AtomEmbeddings PRIMARY KEY,
    SketchConfigId int            NOT NULL CONSTRAINT FK_AtomEmbeddings_Sketch REFERENCES dbo.SketchConfig (SketchConfigId),
    AtomId         bigint         NOT NULL CONSTRAINT FK_AtomEmbeddings_Atom REFERENCES dbo.Atoms (AtomId) ON DELETE CASCADE,
    Level          nvarchar(20)   NOT NULL,
    Dtype          nvarchar(30)   NOT NULL,
    RowLength      bigint         NOT NULL,
    FirstRow       bigint         NOT NULL,
    [RowCount]     bigint         NOT NULL,
    ValueCount     bigint         NOT NULL,
    NonFiniteCount bigint         NOT NULL,
    Norm           float          NOT NULL,
    IsConstant     bit            NOT NULL,
    Signature      varbinary(2048) NULL,
    CONSTRAINT UQ_AtomEmbeddings UNIQUE (AtomId, SketchConfigId, Level, Dtype, RowLength, FirstRow)
);
GO

-- The sketches themselves, little-endian float32, apart from what a search reads of all of them. None for a zero sketch.
CREATE TABLE dbo.EmbeddingSketches (
    EmbeddingId bigint          NOT NULL CONSTRAINT PK_EmbeddingSketches PRIMARY KEY
                                CONSTRAINT FK_EmbeddingSketches_Embedding REFERENCES dbo.AtomEmbeddings (EmbeddingId) ON DELETE CASCADE,
    Sketch      varbinary(max)  NOT NULL
);
GO

-- The spatial key, and its positions on the curves. X, Y and Z are searched through the curve: a spatial index knows no Z.
CREATE TABLE dbo.SpatialKeys (
    EmbeddingId        bigint NOT NULL CONSTRAINT FK_SpatialKeys_Embedding REFERENCES dbo.AtomEmbeddings (EmbeddingId) ON DELETE CASCADE,
    ProjectionConfigId int    NOT NULL CONSTRAINT FK_SpatialKeys_Projection REFERENCES dbo.ProjectionConfig (ProjectionConfigId),
    X                  float  NOT NULL,
    Y                  float  NOT NULL,
    Z                  float  NOT NULL,
    HilbertIndex       bigint NOT NULL,
    MortonIndex        bigint NOT NULL,
    Morton2DIndex      bigint NOT NULL,
    CONSTRAINT PK_SpatialKeys PRIMARY KEY (EmbeddingId, ProjectionConfigId)
);
GO

CREATE INDEX IX_SpatialKeys_Hilbert ON dbo.SpatialKeys (ProjectionConfigId, HilbertIndex) INCLUDE (X, Y, Z);
GO

CREATE INDEX IX_SpatialKeys_Morton ON dbo.SpatialKeys (ProjectionConfigId, MortonIndex) INCLUDE (X, Y, Z);
GO

CREATE INDEX IX_SpatialKeys_Morton2D ON dbo.SpatialKeys (ProjectionConfigId, Morton2DIndex) INCLUDE (X, Y, Z);
GO

-- Changes with every writing of sketches and keys, so that what is held of them in memory can be told to be stale. What goes with an atom does
-- not count: nobody can find it any more, and its keys never come again.
CREATE TABLE dbo.SpatialState (
    Id      int    NOT NULL CONSTRAINT PK_SpatialState PRIMARY KEY CONSTRAINT CK_SpatialState_Id CHECK (Id = 1),
    Changes bigint NOT NULL
);
GO

INSERT INTO dbo.SpatialState (Id, Changes) VALUES (1, 0);
GO
