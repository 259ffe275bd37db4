#Requires -Version 7.6
<#
.SYNOPSIS
Builds, tests and shows the Hartonomous module.
.DESCRIPTION
Clean   removes out/.
Build   makes the module in out/Hartonomous/<version>/.
Test    runs the unit tests, which need no PowerShell.
Pester  builds the module and tests it in a new process.
Demo    builds the module, imports the sample models into a fresh store and shows what was saved.
.EXAMPLE
pwsh ./build.ps1 -Task Demo
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Position = 0)]
    [ArgumentCompletions('Clean', 'Build', 'Test', 'Pester', 'Demo')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # pwsh -File passes 'Test, Pester' as two words, and 'Test,Pester' as one.
    [Parameter(ValueFromRemainingArguments, DontShow)]
    [string[]] $FurtherTask = @()
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$root = $PSScriptRoot
$out = Join-Path $root 'out'
$framework = 'net10.0'
$platforms = 'win-x64', 'win-arm64', 'linux-x64', 'linux-arm64', 'linux-musl-x64', 'osx-x64', 'osx-arm64'
$pwsh = (Get-Process -Id $PID).Path

# The version has one source; the manifest repeats it, and is held to it.
[xml] $props = Get-Content -Raw -LiteralPath (Join-Path $root 'Directory.Build.props')
$version = $props.SelectSingleNode('/Project/PropertyGroup/Version').InnerText
$module = Join-Path $out 'Hartonomous' $version
$done = [System.Collections.Generic.HashSet[string]]::new()

function Invoke-Native {
    param([Parameter(Mandatory)] [scriptblock] $Command)
    & $Command
    if ($LASTEXITCODE -ne 0) {
        throw "The command ended with the exit code ${LASTEXITCODE}: $Command"
    }
}

function Invoke-Clean {
    if (Test-Path -LiteralPath $out) {
        Remove-Item -LiteralPath $out -Recurse -Force
    }
}

function Invoke-Build {
    $manifestVersion = (Import-PowerShellDataFile (Join-Path $root 'module/Hartonomous.psd1')).ModuleVersion
    if ($manifestVersion -ne $version) {
        throw "Directory.Build.props has the version $version, module/Hartonomous.psd1 has $manifestVersion."
    }

    # What the core brings goes to the dependencies folder; beside the cmdlets PowerShell would load it into its own context.
    $core = Join-Path $out 'publish/core'
    $cmdlets = Join-Path $out 'publish/cmdlets'
    foreach ($folder in $core, $cmdlets, $module) {
        if (Test-Path -LiteralPath $folder) {
            Remove-Item -LiteralPath $folder -Recurse -Force
        }
    }

    $options = '--configuration', $Configuration, '--nologo', '--verbosity', 'quiet'
    Invoke-Native { dotnet publish (Join-Path $root 'src/Hartonomous.Core') --output $core @options }
    Invoke-Native { dotnet publish (Join-Path $root 'src/Hartonomous.Cmdlets') --output $cmdlets @options }

    $bin = Join-Path $module "bin/$framework"
    $dependencies = Join-Path $bin 'dependencies'
    $null = New-Item -ItemType Directory -Path $dependencies -Force
    Copy-Item -Path (Join-Path $root 'module/*') -Destination $module -Recurse
    Copy-Item -LiteralPath (Join-Path $root 'LICENSE') -Destination $module

    # The general build of SqlClient is a stub that only throws; without it a fault in finding the right one shows at once.
    Get-ChildItem -LiteralPath $core -File | Where-Object { $_.Extension -in '.dll', '.pdb' -and $_.Name -ne 'Microsoft.Data.SqlClient.dll' } |
        Copy-Item -Destination $dependencies
    Get-ChildItem -LiteralPath $cmdlets -File |
        Where-Object { $_.Extension -in '.dll', '.pdb' -and -not (Test-Path -LiteralPath (Join-Path $core $_.Name)) } |
        Copy-Item -Destination $bin
    Get-ChildItem -LiteralPath (Join-Path $core 'runtimes') -Directory | Where-Object Name -in ($platforms + 'win', 'unix') |
        ForEach-Object { Copy-Item -LiteralPath $_.FullName -Destination (Join-Path $dependencies "runtimes/$($_.Name)") -Recurse }

    Assert-Layout
    Remove-Item -LiteralPath (Join-Path $out 'publish') -Recurse -Force
    Write-Host "Built $module"
}

function Assert-Layout {
    $expected = @(
        'Hartonomous.psd1', 'Hartonomous.Format.ps1xml', 'Hartonomous.Types.ps1xml', 'LICENSE', 'ThirdPartyNotices.txt'
        'en-US/about_Hartonomous.help.txt'
        'Hartonomous.Cmdlets.dll', 'Hartonomous.Cmdlets.pdb' | ForEach-Object { "bin/$framework/$_" }
        'Hartonomous.Core.dll', 'Hartonomous.Core.pdb', 'Dapper.dll', 'Microsoft.Data.Sqlite.dll', 'SQLitePCLRaw.batteries_v2.dll',
        'SQLitePCLRaw.core.dll', 'SQLitePCLRaw.provider.e_sqlite3.dll', 'Microsoft.SqlServer.Server.dll', 'Microsoft.SqlServer.Server.pdb',
        'Microsoft.Extensions.Caching.Abstractions.dll', 'Microsoft.Extensions.Caching.Memory.dll',
        'Microsoft.Extensions.DependencyInjection.Abstractions.dll', 'Microsoft.Extensions.Logging.Abstractions.dll',
        'Microsoft.Extensions.Options.dll', 'Microsoft.Extensions.Primitives.dll', 'System.Configuration.ConfigurationManager.dll',
        'System.Diagnostics.EventLog.dll', 'System.IdentityModel.Tokens.Jwt.dll', 'System.Security.Cryptography.Pkcs.dll',
        'System.Security.Cryptography.ProtectedData.dll', 'runtimes/unix/lib/net9.0/Microsoft.Data.SqlClient.dll',
        'runtimes/win/lib/net9.0/Microsoft.Data.SqlClient.dll', 'runtimes/win/lib/net9.0/System.Diagnostics.EventLog.dll',
        'runtimes/win/lib/net9.0/System.Diagnostics.EventLog.Messages.dll', 'runtimes/win/lib/net9.0/System.Security.Cryptography.Pkcs.dll',
        'runtimes/win-x64/native/Microsoft.Data.SqlClient.SNI.dll', 'runtimes/win-arm64/native/Microsoft.Data.SqlClient.SNI.dll' | ForEach-Object { "bin/$framework/dependencies/$_" }
        foreach ($platform in $platforms) {
            $library = switch -Wildcard ($platform) {
                'win*' { 'e_sqlite3.dll' }
                'osx*' { 'libe_sqlite3.dylib' }
                default { 'libe_sqlite3.so' }
            }
            "bin/$framework/dependencies/runtimes/$platform/native/$library"
        }
    )
    $actual = Get-ChildItem -LiteralPath $module -Recurse -File |
        ForEach-Object { [IO.Path]::GetRelativePath($module, $_.FullName).Replace('\', '/') }
    $difference = @(Compare-Object $expected @($actual))
    if ($difference) {
        $lines = $difference | ForEach-Object { ($_.SideIndicator -eq '<=' ? 'missing: ' : 'not expected: ') + $_.InputObject }
        throw "The module's files are not those that build.ps1 lists:`n$($lines -join "`n")"
    }
}

function Invoke-Test {
    Invoke-Native { dotnet test (Join-Path $root 'tests/unit') --configuration $Configuration --nologo }
}

function Invoke-Pester {
    Invoke-Task Build
    Invoke-Native { & $pwsh -NoProfile -NonInteractive -File (Join-Path $root 'tests/pester/Invoke-PesterRun.ps1') -Module $module }
}

function Invoke-Demo {
    Invoke-Task Build
    $samples = Join-Path $root 'samples'
    if (-not (Test-Path -Path (Join-Path $samples '*'))) {
        $samples = Join-Path $root 'tests/unit/data/gguf'
    }

    $store = Join-Path $out 'demo-store'
    if (Test-Path -LiteralPath $store) {
        Remove-Item -LiteralPath $store -Recurse -Force
    }

    $script = Join-Path $root 'build/Show-Demo.ps1'
    Invoke-Native { & $pwsh -NoProfile -NonInteractive -File $script -Module $module -Samples $samples -Store $store }
}

function Invoke-Task {
    param([Parameter(Mandatory)] [string] $Name)
    if ($done.Add($Name)) {
        & "Invoke-$Name"
    }
}

$tasks = 'Clean', 'Build', 'Test', 'Pester', 'Demo'
$names = @(@($Task) + $FurtherTask -split ',' | ForEach-Object Trim | Where-Object { $_ })
$unknown = @($names | Where-Object { $_ -notin $tasks })
if ($unknown) {
    throw "There is no task $($unknown -join ', '). The tasks are $($tasks -join ', ')."
}

foreach ($name in $names) {
    Invoke-Task $name
}
