<#
.SYNOPSIS
Scores, prunes, compresses, optimizes and verifies a store.
.DESCRIPTION
For a scheduled task, a systemd timer or cron. It asks nothing, and needs neither a profile nor a TEMP folder.

A step that fails leaves the store whole, is written to the log, and the steps after it are still tried. Contents that another model or tenant
refers to are never pruned, whatever is asked for.

Exit codes: 0 done, and the store verifies; 1 a step failed, or the script ended with an error; 2 the verification found something, which the
log lists.
.EXAMPLE
pwsh -NoProfile -NonInteractive -File Invoke-HartMaintenance.ps1 -Store D:\weights -LowestPercent 2 -UnusedFor 90.00:00:00 -LogPath D:\logs\night.log
#>

#Requires -Version 7.6
[CmdletBinding()]
param(
    # The folder of the store.
    [Parameter(Mandatory)] [string] $Store,

    # The models to work on; wildcards are permitted. Only GGUF and SafeTensors models are pruned.
    [string[]] $Model = '*',

    # How many percent of each model's tensors may be pruned, those of the lowest scores. 0 prunes nothing.
    [ValidateRange(0.0, 100.0)] [double] $LowestPercent = 0,

    # Only what nobody has used for so long is pruned.
    [timespan] $UnusedFor = [timespan]::FromDays(90),

    # Only tensors of these kinds of layers are pruned. With pwsh -File, kinds are separated by commas in one word.
    [string[]] $LayerType = @(),

    # Tensors are compressed where the relative error stays below this. 0 compresses nothing.
    [ValidateRange(0.0, 1.0)] [double] $MaxError = 0,

    # How long the optimization may take; the next night goes on.
    [timespan] $TimeLimit = [timespan]::FromHours(4),

    # The log; new lines are added to it.
    [string] $LogPath,

    # The module: its name, or the path of its manifest.
    [string] $Module = 'Hartonomous'
)

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version Latest
$failures = 0

function Write-Log {
    param([string] $Text)
    # Not with -f: years and separators of a log are not those of the account's calendar.
    $line = [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture) + ' ' + $Text
    Write-Output $line
    if ($LogPath) {
        Add-Content -LiteralPath $LogPath -Value $line -Encoding utf8NoBOM
    }
}

# Runs a step. Errors of single models go to the log and count; the other models go on.
function Invoke-Step {
    param([string] $Name, [scriptblock] $Work)
    try {
        Write-Log "${Name}: begin"
        & $Work 2>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord]) {
                $script:failures++
                Write-Log "${Name}: FAILED: $($_.Exception.Message)"
            }
            else {
                Write-Log "${Name}: $_"
            }
        }
        Write-Log "${Name}: end"
    }
    catch {
        $script:failures++
        Write-Log "${Name}: FAILED: $($_.Exception.Message)"
    }
}

try {
    Import-Module $Module
    $connection = Connect-HartStore $Store -PassThru
    if (-not $connection.Exists) {
        throw "There is no store at $Store."
    }

    $prunable = @(Get-HartModel -Connection $connection | Where-Object {
            $name = $_.Name
            $_.Format -in 'Gguf', 'SafeTensors' -and ($Model | Where-Object { $name -like $_ })
        })

    if ($LowestPercent -gt 0 -and $prunable) {
        Invoke-Step -Name 'score' -Work {
            $ErrorActionPreference = 'Continue'
            $scores = @(Measure-HartTensor -Model $prunable.Name -Connection $connection -Score Magnitude -Save)
            "$($scores.Count) tensors of $($prunable.Count) models"
        }
        Invoke-Step -Name 'prune' -Work {
            $ErrorActionPreference = 'Continue'
            $policy = @{ Score = 'Magnitude'; LowestPercent = $LowestPercent; UnusedFor = $UnusedFor }
            if ($LayerType) {
                $policy.LayerType = $LayerType -split ',' | ForEach-Object Trim
            }

            $atoms = @($prunable | Remove-HartAtom @policy -Connection $connection -Confirm:$false)
            foreach ($atom in $atoms | Where-Object Status -EQ Pruned) {
                "$($atom.Model): $($atom.Tensor): $($atom.FreedBytes) bytes come free"
            }

            '{0} pruned, {1} kept' -f @($atoms | Where-Object Status -EQ Pruned).Count, @($atoms | Where-Object Status -EQ Kept).Count
        }
    }

    if ($MaxError -gt 0) {
        Invoke-Step -Name 'compress' -Work {
            $ErrorActionPreference = 'Continue'
            $results = @(Compress-HartTensor -Model $Model -MaxError $MaxError -Connection $connection -Confirm:$false)
            $results | Group-Object Status | ForEach-Object { "$($_.Count) $($_.Name)" }
        }
    }

    Invoke-Step -Name 'optimize' -Work {
        $report = Optimize-HartStore -Connection $connection -TimeLimit $TimeLimit -Confirm:$false
        "$($report.BytesBefore) bytes before, $($report.BytesAfter) after, complete: $($report.Complete)"
    }

    Write-Log 'verify: begin'
    $verification = Test-HartStore -Connection $connection -Full -Detailed
    foreach ($finding in $verification.Findings) {
        Write-Log "verify: $($finding.Code): $($finding.Object): $($finding.Detail)"
    }

    Write-Log "verify: $($verification.Findings.Count) findings"
    if (-not $verification.Ok) {
        exit 2
    }

    exit ($failures -gt 0 ? 1 : 0)
}
catch {
    Write-Log "FAILED: $($_.Exception.Message)"
    exit 1
}
