-- The spatial keys as geometry, for 2D queries and for tools that draw maps. Built by the server from X, Y and Z; Z is carried along and takes no
-- part in distances. Read as Location.STX, Location.STY, Location.Z.
IF COL_LENGTH(N'dbo.SpatialKeys', N'Location') IS NULL
    ALTER TABLE dbo.SpatialKeys ADD Location AS (
        geometry::STGeomFromText(
            N'POINT (' + CONVERT(nvarchar(40), X, 3) + N' ' + CONVERT(nvarchar(40), Y, 3) + N' ' + CONVERT(nvarchar(40), Z, 3) + N')', 0)) PERSISTED;
GO

IF NOT EXISTS (SELECT 1 FROM sys.indexes WHERE object_id = OBJECT_ID(N'dbo.SpatialKeys') AND name = N'SI_SpatialKeys_Location')
    CREATE SPATIAL INDEX SI_SpatialKeys_Location ON dbo.SpatialKeys (Location)
    USING GEOMETRY_AUTO_GRID
    WITH (BOUNDING_BOX = (XMIN = -100, YMIN = -100, XMAX = 100, YMAX = 100));
GO
