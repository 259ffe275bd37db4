-- History of the tensors: what a model held at any moment of the last 90 days (SELECT ... FROM dbo.TensorAtoms FOR SYSTEM_TIME AS OF ...).
-- Payloads have no history: what nothing refers to any more can be reclaimed at once.
IF COL_LENGTH(N'dbo.TensorAtoms', N'ValidFrom') IS NULL
    ALTER TABLE dbo.TensorAtoms ADD
        ValidFrom datetime2(7) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL
            CONSTRAINT DF_TensorAtoms_ValidFrom DEFAULT CONVERT(datetime2(7), '2000-01-01'),
        ValidTo datetime2(7) GENERATED ALWAYS AS ROW END HIDDEN NOT NULL
            CONSTRAINT DF_TensorAtoms_ValidTo DEFAULT CONVERT(datetime2(7), '9999-12-31 23:59:59.9999999'),
        PERIOD FOR SYSTEM_TIME (ValidFrom, ValidTo);
GO

IF EXISTS (SELECT 1 FROM sys.tables WHERE object_id = OBJECT_ID(N'dbo.TensorAtoms') AND temporal_type = 0)
    ALTER TABLE dbo.TensorAtoms SET (SYSTEM_VERSIONING = ON (HISTORY_TABLE = dbo.TensorAtomsHistory, HISTORY_RETENTION_PERIOD = 90 DAYS));
GO

-- Off after a restore to a point in time; without it nothing is cleaned up.
IF EXISTS (SELECT 1 FROM sys.databases WHERE database_id = DB_ID() AND is_temporal_history_retention_enabled = 0)
    ALTER DATABASE CURRENT SET TEMPORAL_HISTORY_RETENTION ON;
GO
