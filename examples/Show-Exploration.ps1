<#
.SYNOPSIS
Walks through model files and a store: what is in them, what they share, where the odd weights are.
.DESCRIPTION
Run it line by line (F8 in an editor), or as a whole. It needs the module to be imported, works in a folder of its own, and leaves the sample
models as they are.
.EXAMPLE
./Show-Exploration.ps1 -Source ../samples -Store ./hart-demo
#>

#Requires -Version 7.6
[CmdletBinding()]
param(
    # A folder with models.
    [Parameter(Mandatory)] [string] $Source,

    # The folder of a store; it is made where there is none.
    [Parameter(Mandatory)] [string] $Store
)

$ErrorActionPreference = 'Stop'
$Source = Resolve-Path -LiteralPath $Source

# What is there? Only headers are read.
Get-HartModelFile $Source -Recurse

# Which tensors are the largest, and what do the layers weigh?
$first = Get-HartModelFile $Source -Recurse | Select-Object -First 1
$tensors = Get-HartTensorInfo $first.Path
$tensors | Sort-Object SizeBytes -Descending | Select-Object -First 5
$tensors | Group-Object LayerType | ForEach-Object {
    [pscustomobject] @{ Layers = $_.Name; Tensors = $_.Count; MiB = [Math]::Round(($_.Group | Measure-Object SizeBytes -Sum).Sum / 1MB, 2) }
}

# Into the store, and once more: nothing happens the second time.
Connect-HartStore $Store
Get-HartModelFile $Source -Recurse | Import-HartModel
Get-HartModelFile $Source -Recurse | Import-HartModel | Format-Table Model, Status

# What was saved, and at which level?
Measure-HartStore

# Which tensors have several models in common?
Get-HartModel | Get-HartTensor | Group-Object Sha256 | Where-Object Count -GT 1 |
    Sort-Object Count -Descending | Select-Object -First 5 Count, @{ n = 'Tensors'; e = { $_.Group.ForEach({ "$($_.Model): $($_.Name)" }) -join ', ' } }

# The store as a drive.
Push-Location hart:\
try {
    Get-ChildItem
    $model = (Get-ChildItem | Select-Object -First 1).PSChildName
    Set-Location -LiteralPath $model
    Get-ChildItem | Format-Wide -AutoSize
    Get-Content metadata -TotalCount 5
    $layer = Get-ChildItem | Where-Object PSIsContainer | Select-Object -First 1
    Get-ChildItem -LiteralPath $layer.PSPath -Tensor | Measure-HartTensor | Sort-Object StandardDeviation -Descending
}
finally {
    Pop-Location
}

# Some values, and the largest of them.
$norm = Get-HartModel | Select-Object -First 1 | Get-HartTensor | Where-Object LayerType -EQ Normalization | Select-Object -First 1
$norm | Get-HartTensorData -First 8
$norm | Measure-HartTensor -Bin 8 | Select-Object -ExpandProperty Histogram

# Everything comes back, bit for bit.
Get-HartModel | Export-HartModel -Destination { Join-Path $Store 'out' $_.Name } -WhatIf
Test-HartStore -Full
