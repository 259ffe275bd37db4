<#
.SYNOPSIS
Makes a package of a built module, as Install-PSResource and the PowerShell Gallery take it.
.DESCRIPTION
The package is a ZIP file with a nuspec, made here so that it needs no other module and is the same from the same files: entries stand in
the order of their names, and all have the same time.
#>
[CmdletBinding()]
param(
    # The folder that holds Hartonomous.psd1.
    [Parameter(Mandatory)] [string] $Module,

    # The package to write.
    [Parameter(Mandatory)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $Module 'Hartonomous.psd1')
$data = $manifest.PrivateData.PSData
$tags = @(
    'PSModule'
    $data.Tags
    'PSIncludes_Cmdlet'
    $manifest.CmdletsToExport | ForEach-Object { "PSCmdlet_$_"; "PSCommand_$_" }
)

function Protect([string] $Text) {
    [System.Security.SecurityElement]::Escape($Text)
}

$nuspec = @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata>
    <id>Hartonomous</id>
    <version>$($manifest.ModuleVersion)</version>
    <authors>$(Protect $manifest.Author)</authors>
    <owners>$(Protect $manifest.CompanyName)</owners>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <description>$(Protect $manifest.Description)</description>
    <releaseNotes>$(Protect $data.ReleaseNotes)</releaseNotes>
    <copyright>$(Protect $manifest.Copyright)</copyright>
    <tags>$(Protect ($tags -join ' '))</tags>
  </metadata>
</package>
"@
$relations = @'
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/Hartonomous.nuspec" Id="R1" />
</Relationships>
'@

$files = @(Get-ChildItem -LiteralPath $Module -Recurse -File |
    ForEach-Object { [pscustomobject] @{ Name = [IO.Path]::GetRelativePath($Module, $_.FullName).Replace('\', '/'); Path = $_.FullName } } |
    Sort-Object Name -Culture '')
$extensions = @($files.Name | ForEach-Object { [IO.Path]::GetExtension($_).TrimStart('.') } | Where-Object { $_ }) + 'nuspec', 'rels' |
    Sort-Object -Unique -Culture ''
$unnamed = @($files.Name | Where-Object { -not [IO.Path]::GetExtension($_) })
$types = @"
<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
$(($extensions | ForEach-Object { "  <Default Extension=`"$_`" ContentType=`"application/octet`" />" }) -join "`n")
$(($unnamed | ForEach-Object { "  <Override PartName=`"/$_`" ContentType=`"application/octet`" />" }) -join "`n")
</Types>
"@

if (Test-Path -LiteralPath $Destination) {
    Remove-Item -LiteralPath $Destination
}

$epoch = [DateTimeOffset]::new(1980, 1, 1, 0, 0, 0, [TimeSpan]::Zero)
$archive = [System.IO.Compression.ZipFile]::Open($Destination, 'Create')
try {
    $parts = [ordered] @{ '[Content_Types].xml' = $types; '_rels/.rels' = $relations; 'Hartonomous.nuspec' = $nuspec }
    foreach ($name in $parts.Keys) {
        $entry = $archive.CreateEntry($name)
        $entry.LastWriteTime = $epoch
        $writer = [IO.StreamWriter]::new($entry.Open(), [Text.UTF8Encoding]::new($false))
        $writer.Write($parts[$name])
        $writer.Dispose()
    }

    foreach ($file in $files) {
        $entry = $archive.CreateEntry($file.Name)
        $entry.LastWriteTime = $epoch
        $target = $entry.Open()
        $source = [IO.File]::OpenRead($file.Path)
        $source.CopyTo($target)
        $source.Dispose()
        $target.Dispose()
    }
}
finally {
    $archive.Dispose()
}
