<#
.SYNOPSIS
Imports the models of a folder, verifies the store, and ends with an exit code that says how it went.
.DESCRIPTION
For a scheduled task, a systemd timer or cron. It asks nothing, and needs neither a profile nor a TEMP folder.

1. Jobs that an earlier night left unfinished are taken up.
2. Models in the folder and the folders below are imported. One that is stored already is left alone; one that cannot be imported is
   written to the log, and the others are imported.
3. The structure of the store is verified.

Exit codes: 0 done; 1 the script ended with an error; 2 something was found: files that could not be imported, or a store that is not sound.
.EXAMPLE
pwsh -NoProfile -NonInteractive -File Import-Nightly.ps1 -Source D:\models -Store D:\hart -LogFolder D:\logs
#>

#Requires -Version 7.6
[CmdletBinding()]
param(
    # The folder of the models.
    [Parameter(Mandatory)] [string] $Source,

    # The folder of the store; the first night makes it.
    [Parameter(Mandatory)] [string] $Store,

    # Where the logs go: one file a night. The last 30 are kept.
    [Parameter(Mandatory)] [string] $LogFolder,

    [string] $Tenant = 'default',

    # Which files are looked at.
    [string[]] $Include = @('*.gguf', '*.safetensors', '*.pt', '*.pth', '*.ckpt', '*.onnx', '*.h5', '*.keras'),

    # The module: its name, or the path of its manifest.
    [string] $Module = 'Hartonomous'
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version Latest
$log = $null

function Write-Log {
    param([string] $Kind, [string] $Text)
    # Not with -f: years and separators of a log are not those of the account's calendar.
    $line = '{0} {1,-7} {2}' -f [datetime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture), $Kind, $Text
    Write-Output $line
    if ($log) {
        Add-Content -LiteralPath $log -Value $line -Encoding utf8NoBOM
    }
}

# Every record of a cmdlet becomes a line of the log.
filter Write-Record {
    switch ($_) {
        { $_ -is [System.Management.Automation.ErrorRecord] } {
            $script:problems++
            Write-Log 'error' $_.Exception.Message
            break
        }
        { $_ -is [System.Management.Automation.WarningRecord] } { Write-Log 'warning' $_.Message; break }
        { $_ -is [System.Management.Automation.InformationRecord] } { Write-Log 'info' $_.MessageData; break }
    }
}

$problems = 0
try {
    $null = New-Item -ItemType Directory -Path $LogFolder -Force
    $log = Join-Path $LogFolder "import-$([datetime]::UtcNow.ToString('yyyyMMdd-HHmmss', [cultureinfo]::InvariantCulture)).log"
    if (-not (Test-Path -LiteralPath $Source -PathType Container)) {
        throw "There is no folder $Source."
    }

    Import-Module $Module
    Write-Log 'info' "Importing $Source into $Store, tenant $Tenant."
    $connection = Connect-HartStore $Store -Tenant $Tenant -PassThru
    if ($connection.Exists) {
        Get-HartIngestionJob | Where-Object { $_.CanResume -and $_.Status -ne 'Cancelled' } |
            Resume-HartIngestionJob -ErrorAction Continue -InformationAction Continue *>&1 | Write-Record
    }

    Get-ChildItem -LiteralPath $Source -Recurse -File -Include $Include |
        Import-HartModel -ErrorAction Continue -InformationAction Continue *>&1 | Write-Record

    if ((Get-HartStore).Exists) {
        $report = Test-HartStore -Detailed
        foreach ($finding in $report.Findings) {
            $problems++
            Write-Log 'error' "$($finding.Code): $($finding.Object): $($finding.Detail)"
        }

        $statistics = Measure-HartStore
        Write-Log 'info' "The store holds $($statistics.Models) models; $($statistics.SavedPercent) % of their bytes did not have to be stored."
    }

    Get-ChildItem -LiteralPath $LogFolder -Filter 'import-*.log' | Sort-Object Name -Descending | Select-Object -Skip 30 | Remove-Item
    Write-Log 'info' "$problems problems."
    exit ($problems ? 2 : 0)
}
catch {
    Write-Log 'error' $_.Exception.Message
    exit 1
}
