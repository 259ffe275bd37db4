<#
.SYNOPSIS
Imports sample models into a fresh store, twice, and shows what was kept.
#>
param(
    [Parameter(Mandatory)] [string] $Module,
    [Parameter(Mandatory)] [string] $Samples,
    [Parameter(Mandatory)] [string] $Store
)

$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'

function Show([string] $Command) {
    Write-Host "`nPS> $Command" -ForegroundColor Cyan
    Invoke-Expression $Command | Out-Host
}

Import-Module (Join-Path $Module 'Hartonomous.psd1')
Set-Location -LiteralPath $Samples
Connect-HartStore -Path $Store
$files = Get-ChildItem -File | Where-Object Extension -in '.gguf', '.safetensors'
$copy = Join-Path (Split-Path $Store) 'demo-export'
if (Test-Path -LiteralPath $copy) {
    Remove-Item -LiteralPath $copy -Recurse -Force
}

$null = New-Item -ItemType Directory -Path $copy
Show 'Get-HartModelFile *'
Show 'Get-HartTensorInfo * | Sort-Object SizeBytes -Descending | Select-Object -First 5'
Show 'Get-ChildItem -File | Import-HartModel -ErrorAction Continue'
Show 'Get-ChildItem -File | Import-HartModel -ErrorAction Continue   # once more'
Show 'Get-HartModel'
Show 'Measure-HartStore'
Show 'Get-HartModel | Export-HartModel -Destination $copy'
Show 'Get-ChildItem -File -Path $files, $copy | Get-FileHash | Select-Object Hash, @{ n = "File"; e = { Split-Path -Leaf $_.Path } } | Sort-Object Hash'
Show 'Test-HartStore -Full'
