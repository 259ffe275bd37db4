<#
.SYNOPSIS
    Nightly maintenance of a store: score, prune, compress, optimize, verify.
.DESCRIPTION
    For a scheduled task: asks nothing, prompts for nothing, writes a log, and ends with an exit code.

      0  everything was done, and the store verifies
      1  the verification found something; the log lists it
      2  a step failed; the steps after it were still tried, and the verification ran

    A step that fails leaves the store whole. Contents that another model or tenant refers to are never pruned, whatever is asked for.
.PARAMETER Store
    The store's folder.
.PARAMETER Model
    The models to work on; wildcards are permitted. Only GGUF and SafeTensors models are pruned.
.PARAMETER LowestPercent
    How many percent of each model's tensors may be pruned, those of the lowest scores. 0, the default, prunes nothing.
.PARAMETER UnusedFor
    Only what nobody has used for so long is pruned.
.PARAMETER LayerType
    Only tensors of these kinds of layers are pruned.
.PARAMETER MaxError
    Tensors are compressed where the relative error stays below this. 0, the default, compresses nothing.
.PARAMETER TimeLimit
    How long the optimization may take; the next night goes on.
.PARAMETER LogPath
    The log; new lines are added to it.
.EXAMPLE
    pwsh -NoProfile -NonInteractive -File Invoke-HartMaintenance.ps1 -Store D:\weights -LowestPercent 2 -UnusedFor 90.00:00:00
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Store,
    [string[]] $Model = '*',
    [ValidateRange(0.0, 100.0)] [double] $LowestPercent = 0,
    [TimeSpan] $UnusedFor = [TimeSpan]::FromDays(90),
    [string[]] $LayerType,
    [ValidateRange(0.0, 1.0)] [double] $MaxError = 0,
    [TimeSpan] $TimeLimit = [TimeSpan]::FromHours(4),
    [string] $LogPath
)

$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'
$failures = 0

function Write-Log([string] $Text) {
    $line = '{0:yyyy-MM-dd HH:mm:ss} {1}' -f [DateTime]::UtcNow, $Text
    Write-Output $line
    if ($LogPath) { Add-Content -LiteralPath $LogPath -Value $line }
}

# Runs a step. Errors of single models go to the log and count; the other models go on.
function Invoke-Step([string] $Name, [scriptblock] $Work) {
    try {
        Write-Log "${Name}: begin"
        & $Work 2>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord]) {
                $script:failures++
                Write-Log "${Name}: FAILED: $($_.Exception.Message)"
            }
            else { Write-Log "${Name}: $_" }
        }
        Write-Log "${Name}: end"
    }
    catch {
        $script:failures++
        Write-Log "${Name}: FAILED: $($_.Exception.Message)"
    }
}

try {
    if (-not (Get-Module Hartonomous)) { Import-Module Hartonomous }
    $connection = Connect-HartStore $Store -PassThru
    if (-not $connection.Exists) { throw "there is no store at $Store" }
    $prunable = @(Get-HartModel -Connection $Store | Where-Object {
            $name = $_.Name
            $_.Format -in 'Gguf', 'SafeTensors' -and ($Model | Where-Object { $name -like $_ })
        })

    if ($LowestPercent -gt 0 -and $prunable) {
        Invoke-Step 'score' {
            $ErrorActionPreference = 'Continue'
            $scores = @(Measure-HartTensor -Model $prunable.Name -Connection $Store -Score Magnitude -Save)
            "$($scores.Count) tensors of $($prunable.Count) models"
        }
        Invoke-Step 'prune' {
            $ErrorActionPreference = 'Continue'
            $policy = @{ Score = 'Magnitude'; LowestPercent = $LowestPercent; UnusedFor = $UnusedFor }
            if ($LayerType) { $policy.LayerType = $LayerType }
            $atoms = @($prunable | Remove-HartAtom @policy -Connection $Store -Confirm:$false)
            foreach ($atom in $atoms | Where-Object Status -EQ Pruned) { "$($atom.Model): $($atom.Tensor): $($atom.FreedBytes) bytes come free" }
            '{0} pruned, {1} kept' -f @($atoms | Where-Object Status -EQ Pruned).Count, @($atoms | Where-Object Status -EQ Kept).Count
        }
    }

    if ($MaxError -gt 0) {
        Invoke-Step 'compress' {
            $ErrorActionPreference = 'Continue'
            $results = @(Compress-HartTensor -Model $Model -MaxError $MaxError -Connection $Store -Confirm:$false)
            $results | Group-Object Status | ForEach-Object { "$($_.Count) $($_.Name)" }
        }
    }

    Invoke-Step 'optimize' {
        $ErrorActionPreference = 'Continue'
        $report = Optimize-HartStore -Connection $Store -TimeLimit $TimeLimit -Confirm:$false
        "$($report.BytesBefore) bytes before, $($report.BytesAfter) after, complete: $($report.Complete)"
    }

    Write-Log 'verify: begin'
    $verification = Test-HartStore -Connection $Store -Full -Detailed
    foreach ($finding in $verification.Findings) { Write-Log "verify: $($finding.Code): $($finding.Object): $($finding.Detail)" }
    Write-Log "verify: $($verification.Findings.Count) findings"
    if ($failures -gt 0) { exit 2 }
    exit ($verification.Ok ? 0 : 1)
}
catch {
    Write-Log "FAILED: $($_.Exception.Message)"
    exit 2
}
