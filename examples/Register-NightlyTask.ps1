<#
.SYNOPSIS
Registers Import-Nightly.ps1 as a task of the Windows Task Scheduler.
.DESCRIPTION
The task runs without a profile and whether or not anybody is signed in. It does not begin a second time while it runs, begins late where the
machine was off, and is ended after eight hours; the next night goes on where it was. Needs the rights of an administrator.

The result of the last run is in the column LastTaskResult of Get-ScheduledTaskInfo: 0 done, 1 error, 2 something was found.
.EXAMPLE
./Register-NightlyTask.ps1 -Source D:\models -Store D:\hart -LogFolder D:\logs -At 02:30
.EXAMPLE
Get-ScheduledTask Hartonomous-Import | Get-ScheduledTaskInfo
#>

#Requires -Version 7.6
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Source,
    [Parameter(Mandatory)] [string] $Store,
    [Parameter(Mandatory)] [string] $LogFolder,

    # When it begins, every day.
    [datetime] $At = '02:30',

    # The account; one of its own, that may read the models and write to the store, is better than the system's.
    [string] $User = 'NT AUTHORITY\LOCAL SERVICE',

    [string] $TaskName = 'Hartonomous-Import'
)

$ErrorActionPreference = 'Stop'
if (-not $IsWindows) {
    throw 'The Task Scheduler is part of Windows; on Linux use the systemd timer in the folder systemd.'
}

$script = Join-Path $PSScriptRoot 'Import-Nightly.ps1'
$arguments = '-NoProfile -NonInteractive -File "{0}" -Source "{1}" -Store "{2}" -LogFolder "{3}"' -f $script, $Source, $Store, $LogFolder
$task = @{
    TaskName    = $TaskName
    Description = 'Imports new models into the Hartonomous store and verifies it.'
    Action      = New-ScheduledTaskAction -Execute (Join-Path $PSHOME 'pwsh.exe') -Argument $arguments
    Trigger     = New-ScheduledTaskTrigger -Daily -At $At
    Principal   = New-ScheduledTaskPrincipal -UserId $User -LogonType ServiceAccount
    Settings    = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -ExecutionTimeLimit (New-TimeSpan -Hours 8)
}
if ($PSCmdlet.ShouldProcess("task $TaskName, daily at $($At.ToString('HH:mm'))", 'Register')) {
    Register-ScheduledTask @task -Force
}
