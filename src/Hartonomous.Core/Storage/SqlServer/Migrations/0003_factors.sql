-- Low-rank factors: contents that are computed, and the tensors of models they stand for.

-- An atom with a row here is the product of two factors, plus a base where there is one. They are its blocks: ordinal 0 is the left factor
-- (RowCount x Rank), 1 the right one (Rank x ColumnCount), 2 the base (RowCount x ColumnCount). Their offsets mean nothing.
CREATE TABLE dbo.SVDComponents (
    AtomId      bigint       NOT NULL CONSTRAINT PK_SVDComponents PRIMARY KEY
                             CONSTRAINT FK_SVDComponents_Atom REFERENCES dbo.Atoms (AtomId) ON DELETE CASCADE,
    Dtype       nvarchar(30) NOT NULL,
    [RowCount]  bigint       NOT NULL CONSTRAINT CK_SVDComponents_RowCount CHECK ([RowCount] > 0),
    ColumnCount bigint       NOT NULL CONSTRAINT CK_SVDComponents_ColumnCount CHECK (ColumnCount > 0),
    Rank        int          NOT NULL CONSTRAINT CK_SVDComponents_Rank CHECK (Rank > 0),
    FactorDtype nvarchar(30) NOT NULL,
    BaseDtype   nvarchar(30) NULL
);
GO

-- A tensor of a model and the atom that stands for it. Counted in Atoms.ReferenceCount. Where IsDropped is set, the tensor is that atom, and
-- the original is gone as far as the model is concerned.
CREATE TABLE dbo.TensorFactors (
    TensorAtomId  bigint        NOT NULL CONSTRAINT PK_TensorFactors PRIMARY KEY
                                CONSTRAINT FK_TensorFactors_Tensor REFERENCES dbo.TensorAtoms (TensorAtomId),
    TenantId      bigint        NOT NULL,
    AtomId        bigint        NOT NULL CONSTRAINT FK_TensorFactors_Atom REFERENCES dbo.Atoms (AtomId),
    Dtype         nvarchar(30)  NOT NULL,
    [RowCount]    bigint        NOT NULL,
    ColumnCount   bigint        NOT NULL,
    Rank          int           NOT NULL,
    FactorDtype   nvarchar(30)  NOT NULL,
    BaseDtype     nvarchar(30)  NULL,
    FactorBytes   bigint        NOT NULL,
    OriginalHash  binary(32)    NOT NULL,
    OriginalDtype nvarchar(30)  NOT NULL,
    OriginalBytes bigint        NOT NULL,
    IsDropped     bit           NOT NULL,
    RelativeError float         NOT NULL,
    SpectralError float         NOT NULL,
    TensorError   float         NOT NULL,
    BaseModel     nvarchar(max) NULL,
    CreatedAt     datetime2(3)  NOT NULL CONSTRAINT DF_TensorFactors_CreatedAt DEFAULT SYSUTCDATETIME()
);
GO

CREATE INDEX IX_TensorFactors_Atom ON dbo.TensorFactors (AtomId) INCLUDE (TenantId);
GO
