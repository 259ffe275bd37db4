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
if ([Console]::IsOutputRedirected) {
    $PSStyle.OutputRendering = 'PlainText'
}

function Show-Step([string] $Command) {
    Write-Host "`nPS> $Command" -ForegroundColor Cyan
    . ([scriptblock]::Create($Command)) | Out-Host
}

Import-Module (Join-Path $Module 'Hartonomous.psd1')
Set-Location -LiteralPath $Samples
Connect-HartStore -Path $Store
$back = Join-Path (Split-Path $Store) 'demo-export'
if (Test-Path -LiteralPath $back) {
    Remove-Item -LiteralPath $back -Recurse
}

$null = New-Item -ItemType Directory -Path $back
$models = Get-ChildItem -File | Where-Object Extension -in '.gguf', '.safetensors'
Show-Step 'Get-HartModelFile $models.Name'
Show-Step 'Get-HartTensorInfo $models.Name | Sort-Object SizeBytes -Descending | Select-Object -First 5'
Show-Step '$models | Import-HartModel'
Show-Step '$models | Import-HartModel   # once more'
Show-Step 'Get-HartModel'
Show-Step 'Measure-HartStore'
Show-Step '$models | Get-FileHash | Format-Table Hash, @{ n = "File"; e = { $_.Path | Split-Path -Leaf } }'
Show-Step 'Get-HartModel | Export-HartModel -Destination $back | Format-Table Sha256, @{ n = "File"; e = { $_.Path | Split-Path -Leaf } }'
Show-Step 'Test-HartStore -Full'
