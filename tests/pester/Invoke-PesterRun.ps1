<#
.SYNOPSIS
Runs the Pester tests against a built module. Meant for a process of its own: build.ps1 -Task Pester.
#>
param(
    [Parameter(Mandatory)] [string] $Module,

    # The package of the module; without it, its tests are skipped.
    [string] $Package,

    # The folder with other versions of the module's libraries; without it, the tests of isolation are skipped.
    [string] $Conflicts,

    [string] $Path = $PSScriptRoot
)

$ErrorActionPreference = 'Stop'
$pester = Get-Module -ListAvailable Pester | Where-Object Version -ge '5.5.0' | Sort-Object Version -Descending | Select-Object -First 1
if (-not $pester) {
    Write-Output 'Pester tests: not run, Pester 5.5 or later is not on this machine (Install-PSResource Pester).'
    exit 0
}

# Nothing but PowerShell's own modules: a test must not find another Hartonomous.
$env:PSModulePath = Join-Path $PSHOME 'Modules'
$env:HARTONOMOUS_TEST_MODULE = (Resolve-Path -LiteralPath (Join-Path $Module 'Hartonomous.psd1')).Path
$env:HARTONOMOUS_TEST_PACKAGE = $Package
$env:HARTONOMOUS_TEST_CONFLICTS = $Conflicts
Import-Module $pester.Path

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
if ([Console]::IsOutputRedirected) {
    # Logs are read by programs: no escape sequences between the figures.
    $configuration.Output.RenderMode = 'Plaintext'
    $PSStyle.OutputRendering = 'PlainText'
}

$result = Invoke-Pester -Configuration $configuration
Write-Output ('Pester: {0} passed, {1} failed, {2} skipped.' -f $result.PassedCount, $result.FailedCount, $result.SkippedCount)
exit ($result.Result -eq 'Passed' ? 0 : 1)
