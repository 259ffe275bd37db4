-- Tenants cannot see each other, whatever statement is sent. A connection says whose it is by SESSION_CONTEXT('HartTenant'), once, read-only;
-- 0 or nothing stands for all tenants and shows rows to admins only. Applied on request. Isolates logins only where the program in front of
-- them decides which tenant they get: who may set the context freely may set any tenant's. Tenants' keys and names stay visible to all who may
-- connect; nothing else of them is.
DROP SECURITY POLICY IF EXISTS dbo.TenantIsolation;
GO

DROP FUNCTION IF EXISTS dbo.fn_TenantPredicate;
GO

CREATE FUNCTION dbo.fn_TenantPredicate (@TenantId bigint)
RETURNS TABLE
WITH SCHEMABINDING
AS
RETURN
    SELECT 1 AS IsVisible
    WHERE @TenantId = CAST(SESSION_CONTEXT(N'HartTenant') AS bigint)
       OR (COALESCE(CAST(SESSION_CONTEXT(N'HartTenant') AS bigint), 0) = 0 AND (IS_ROLEMEMBER(N'hart_admin') = 1 OR IS_ROLEMEMBER(N'db_owner') = 1));
GO

CREATE SECURITY POLICY dbo.TenantIsolation
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Tenants AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Tenants AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Tenants BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Tenants BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Models,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Models AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Models AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Models BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.Models BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.ModelFiles,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.ModelFiles AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.ModelFiles AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.ModelFiles BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.ModelFiles BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorAtoms,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorAtoms AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorAtoms AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorAtoms BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorAtoms BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorFactors,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorFactors AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorFactors AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorFactors BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorFactors BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorScores,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorScores AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorScores AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorScores BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorScores BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.PrunedTensors,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.PrunedTensors AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.PrunedTensors AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.PrunedTensors BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.PrunedTensors BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TenantAtoms,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TenantAtoms AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TenantAtoms AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TenantAtoms BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TenantAtoms BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobs,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobs AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobs AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobs BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobs BEFORE DELETE,
    ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobTensors,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobTensors AFTER INSERT,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobTensors AFTER UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobTensors BEFORE UPDATE,
    ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.IngestionJobTensors BEFORE DELETE
    WITH (STATE = ON, SCHEMABINDING = ON);
GO

-- The history of the tensors is a table of its own.
IF OBJECT_ID(N'dbo.TensorAtomsHistory') IS NOT NULL
    ALTER SECURITY POLICY dbo.TenantIsolation ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.TensorAtomsHistory;
GO
