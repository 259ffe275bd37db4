-- Scores of tensors, and tensors that were pruned. Rows go with their tensor.

-- The latest score of each method, with how it was made: Inputs is JSON that names the files it was made from with their SHA-256. RowMeans and
-- BlockMeans are float64, little-endian, one for each row or block; RowMeans is NULL where there are too many rows.
CREATE TABLE dbo.TensorScores (
    TensorAtomId   bigint         NOT NULL CONSTRAINT FK_TensorScores_Tensor REFERENCES dbo.TensorAtoms (TensorAtomId),
    Method         nvarchar(30)   NOT NULL,
    TenantId       bigint         NOT NULL,
    AtomId         bigint         NOT NULL CONSTRAINT FK_TensorScores_Atom REFERENCES dbo.Atoms (AtomId),
    Mean           float          NOT NULL,
    Total          float          NOT NULL,
    Least          float          NULL,
    Greatest       float          NULL,
    ValueCount     bigint         NOT NULL,
    InvalidCount   bigint         NOT NULL,
    RowMeans       varbinary(max) NULL,
    BlockMeans     varbinary(max) NOT NULL,
    Inputs         nvarchar(max)  NOT NULL,
    ProductVersion nvarchar(100)  NOT NULL,
    ScoredAt       datetime2(3)   NOT NULL,
    CONSTRAINT PK_TensorScores PRIMARY KEY (TensorAtomId, Method)
);
GO

CREATE INDEX IX_TensorScores_Atom ON dbo.TensorScores (AtomId);
GO

-- Tensors whose content was given up: zeros stand in its place. Sha256 is that of what was there.
CREATE TABLE dbo.PrunedTensors (
    TensorAtomId bigint        NOT NULL CONSTRAINT PK_PrunedTensors PRIMARY KEY
                               CONSTRAINT FK_PrunedTensors_Tensor REFERENCES dbo.TensorAtoms (TensorAtomId),
    TenantId     bigint        NOT NULL,
    Sha256       binary(32)    NOT NULL,
    Policy       nvarchar(max) NOT NULL,
    PrunedAt     datetime2(3)  NOT NULL
);
GO
