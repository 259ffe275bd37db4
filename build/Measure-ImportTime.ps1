<#
.SYNOPSIS
Measures how long a new pwsh takes with and without the module.
.DESCRIPTION
Starts are taken by turns, so that a slow moment of the machine meets both. The median counts.
#>
[CmdletBinding()]
param(
    # The folder that holds Hartonomous.psd1.
    [Parameter(Mandatory)] [string] $Module,

    # Starts of each kind.
    [ValidateRange(3, 1000)] [int] $Count = 15
)

$ErrorActionPreference = 'Stop'
$pwsh = (Get-Process -Id $PID).Path
$manifest = (Resolve-Path -LiteralPath (Join-Path $Module 'Hartonomous.psd1')).Path.Replace("'", "''")
$commands = [ordered] @{
    'pwsh'                    = '0'
    'Import-Module'           = "Import-Module '$manifest'"
    'Import-Module, Get-Help' = "Import-Module '$manifest'; Get-Help Import-HartModel | Out-Null"
}
$times = [ordered] @{}
foreach ($name in $commands.Keys) {
    $times[$name] = [System.Collections.Generic.List[double]]::new()
    & $pwsh -NoProfile -NonInteractive -Command $commands[$name] | Out-Null
}

for ($i = 0; $i -lt $Count; $i++) {
    foreach ($name in $commands.Keys) {
        $watch = [Diagnostics.Stopwatch]::StartNew()
        & $pwsh -NoProfile -NonInteractive -Command $commands[$name] | Out-Null
        $times[$name].Add($watch.Elapsed.TotalMilliseconds)
    }
}

$bare = 0
foreach ($name in $times.Keys) {
    $sorted = @($times[$name] | Sort-Object)
    $median = $sorted[[int][Math]::Floor($sorted.Count / 2)]
    if ($name -eq 'pwsh') {
        $bare = $median
    }

    [pscustomobject] @{
        Command      = $name
        MedianMs     = [Math]::Round($median)
        FastestMs    = [Math]::Round($sorted[0])
        OverBarePwsh = [Math]::Round($median - $bare)
        Starts       = $Count
    }
}
