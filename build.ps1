<#
.SYNOPSIS
Builds, tests, packages and shows the Hartonomous module.
.DESCRIPTION
Clean    removes out/.
Build    makes the module in out/Hartonomous/<version>/, its help of the pages in docs/cmdlets.
Test     runs the unit tests, which need no PowerShell.
Pester   builds the module and its package and tests them in a new process.
Docs     brings the pages in docs/cmdlets up to date with the code, and begins pages of new cmdlets.
Bench    measures the import of the module and runs the benchmarks; -BenchArgument goes to them.
Package  makes out/Hartonomous.<version>.nupkg.
Install  puts the package's content into -Destination, by default the folder of the user's modules.
Publish  puts the package into -Repository: a folder, or the name of a repository that Publish-PSResource knows.
Demo     builds the module, imports the sample models into a fresh store and shows what was saved.
.EXAMPLE
pwsh ./build.ps1 -Task Demo
.EXAMPLE
pwsh ./build.ps1 -Task Test, Pester
.EXAMPLE
pwsh ./build.ps1 -Task Publish -Repository D:\packages
#>

#Requires -Version 7.6
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The functions of the tasks use them.')]
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Position = 0)]
    [ArgumentCompletions('Clean', 'Build', 'Test', 'Pester', 'Docs', 'Bench', 'Package', 'Install', 'Publish', 'Demo')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Of Install: the folder that gets the folder Hartonomous/<version>.
    [string] $Destination,

    # Of Publish: a folder, or the name of a registered repository.
    [string] $Repository,

    # Of Publish: the key of the repository, where it asks for one.
    [string] $ApiKey,

    # Of Bench.
    [string[]] $BenchArgument = 'end-to-end',

    # pwsh -File passes 'Test, Pester' as two words, and 'Test,Pester' as one.
    [Parameter(ValueFromRemainingArguments, DontShow)]
    [string[]] $FurtherTask = @()
)

$ErrorActionPreference = 'Stop'
$InformationPreference = 'Continue'
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
$package = Join-Path $out "Hartonomous.$version.nupkg"
$pages = Join-Path $root 'docs/cmdlets'
$done = [System.Collections.Generic.HashSet[string]]::new()

function Invoke-Native {
    param([Parameter(Mandatory)] [scriptblock] $Command)
    & $Command
    if ($LASTEXITCODE -ne 0) {
        throw "The command ended with the exit code ${LASTEXITCODE}: $Command"
    }
}

function Invoke-CleanTask {
    if (Test-Path -LiteralPath $out) {
        Remove-Item -LiteralPath $out -Recurse -Force
    }
}

function Invoke-BuildTask {
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

    # PowerShell brings what it is made with, SqlClient's needs among it, and those builds are newer.
    $brought = 'System.Configuration.ConfigurationManager', 'System.Diagnostics.EventLog', 'System.Diagnostics.EventLog.Messages',
        'System.Security.Cryptography.Pkcs', 'System.Security.Cryptography.ProtectedData'
    Get-ChildItem -LiteralPath $core -Recurse -File -Filter 'System.*.dll' | Where-Object BaseName -in $brought | Remove-Item

    # The general build of SqlClient is a stub that only throws; without it a fault in finding the right one shows at once.
    Get-ChildItem -LiteralPath $core -File | Where-Object { $_.Extension -in '.dll', '.pdb' -and $_.Name -ne 'Microsoft.Data.SqlClient.dll' } |
        Copy-Item -Destination $dependencies
    Get-ChildItem -LiteralPath $cmdlets -File |
        Where-Object { $_.Extension -in '.dll', '.pdb' -and $_.BaseName -notin $brought -and -not (Test-Path -LiteralPath (Join-Path $core $_.Name)) } |
        Copy-Item -Destination $bin
    Get-ChildItem -LiteralPath (Join-Path $core 'runtimes') -Directory | Where-Object Name -in ($platforms + 'win', 'unix') |
        ForEach-Object { Copy-Item -LiteralPath $_.FullName -Destination (Join-Path $dependencies "runtimes/$($_.Name)") -Recurse }

    Invoke-HelpTool 'maml' $pages (Join-Path $module 'en-US/Hartonomous.Cmdlets.dll-Help.xml')
    Assert-Layout
    Remove-Item -LiteralPath (Join-Path $out 'publish') -Recurse -Force
    Write-Information "Built $module"
}

function Invoke-HelpTool {
    $project = Join-Path $root 'build/Help'
    $words = $args
    Invoke-Native { dotnet build $project --configuration $Configuration --nologo --verbosity quiet }
    Invoke-Native { dotnet (Join-Path $project "bin/$Configuration/$framework/Hartonomous.Help.dll") @words }
}

function Invoke-DocsTask {
    Invoke-HelpTool 'update' $pages
}

function Assert-Layout {
    $expected = @(
        'Hartonomous.psd1', 'Hartonomous.Format.ps1xml', 'Hartonomous.Types.ps1xml', 'LICENSE', 'ThirdPartyNotices.txt'
        'en-US/Hartonomous.Cmdlets.dll-Help.xml'
        '', '_Stores', '_Formats', '_Maintenance' | ForEach-Object { "en-US/about_Hartonomous$_.help.txt" }
        'Hartonomous.Cmdlets.dll', 'Hartonomous.Cmdlets.pdb' | ForEach-Object { "bin/$framework/$_" }
        'Hartonomous.Core.dll', 'Hartonomous.Core.pdb', 'Dapper.dll', 'Microsoft.Data.Sqlite.dll', 'SQLitePCLRaw.batteries_v2.dll',
        'SQLitePCLRaw.core.dll', 'SQLitePCLRaw.provider.e_sqlite3.dll', 'Microsoft.SqlServer.Server.dll', 'Microsoft.SqlServer.Server.pdb',
        'Microsoft.Extensions.Caching.Abstractions.dll', 'Microsoft.Extensions.Caching.Memory.dll',
        'Microsoft.Extensions.DependencyInjection.Abstractions.dll', 'Microsoft.Extensions.Logging.Abstractions.dll',
        'Microsoft.Extensions.Options.dll', 'Microsoft.Extensions.Primitives.dll', 'System.IdentityModel.Tokens.Jwt.dll',
        'runtimes/unix/lib/net9.0/Microsoft.Data.SqlClient.dll', 'runtimes/win/lib/net9.0/Microsoft.Data.SqlClient.dll',
        'runtimes/win-x64/native/Microsoft.Data.SqlClient.SNI.dll',
        'runtimes/win-arm64/native/Microsoft.Data.SqlClient.SNI.dll' | ForEach-Object { "bin/$framework/dependencies/$_" }
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

function Invoke-TestTask {
    Invoke-Native { dotnet test (Join-Path $root 'tests/unit') --configuration $Configuration --nologo }
}

function Invoke-PesterTask {
    Invoke-NamedTask Package
    $script = Join-Path $root 'tests/pester/Invoke-PesterRun.ps1'
    $others = Join-Path $out 'conflicts'
    foreach ($name in 'Older', 'Newer') {
        $project = Join-Path $root "tests/conflicts/$name"
        Invoke-Native { dotnet publish $project --output (Join-Path $others $name) --configuration $Configuration --nologo --verbosity quiet }
    }

    Invoke-Native { & $pwsh -NoProfile -NonInteractive -File $script -Module $module -Package $package -Conflicts $others }
}

function Invoke-PackageTask {
    Invoke-NamedTask Build
    & (Join-Path $root 'build/New-ModulePackage.ps1') -Module $module -Destination $package
    Write-Information "Packed $package"
}

function Invoke-InstallTask {
    Invoke-NamedTask Package
    if (-not $Destination) {
        $documents = $IsWindows ? [Environment]::GetFolderPath('MyDocuments') : [Environment]::GetFolderPath('LocalApplicationData')
        $script:Destination = Join-Path $documents ($IsWindows ? 'PowerShell/Modules' : 'powershell/Modules')
    }

    $target = Join-Path $Destination "Hartonomous/$version"
    if (Test-Path -LiteralPath $target) {
        Remove-Item -LiteralPath $target -Recurse -Force
    }

    $null = New-Item -ItemType Directory -Path $target -Force
    Copy-Item -Path (Join-Path $module '*') -Destination $target -Recurse
    Write-Information "Installed $target"
}

function Invoke-PublishTask {
    if (-not $Repository) {
        throw 'Publish needs -Repository: a folder, or the name of a registered repository.'
    }

    Invoke-NamedTask Package
    if (Test-Path -LiteralPath $Repository -PathType Container) {
        Copy-Item -LiteralPath $package -Destination $Repository
    }
    elseif (Get-Command Publish-PSResource -ErrorAction Ignore) {
        $key = $ApiKey ? @{ ApiKey = $ApiKey } : @{}
        Publish-PSResource -NupkgPath $package -Repository $Repository @key
    }
    else {
        throw "There is no folder $Repository, and Publish-PSResource (Microsoft.PowerShell.PSResourceGet) is not on this machine."
    }

    Write-Information "Published $package to $Repository"
}

function Invoke-BenchTask {
    Invoke-NamedTask Build
    & (Join-Path $root 'build/Measure-ImportTime.ps1') -Module $module | Format-Table | Out-Host
    Invoke-Native { dotnet run --project (Join-Path $root 'bench') --configuration $Configuration -- @BenchArgument }
}

function Invoke-DemoTask {
    Invoke-NamedTask Build
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

function Invoke-NamedTask {
    param([Parameter(Mandatory)] [string] $Name)
    if ($done.Add($Name)) {
        & "Invoke-${Name}Task"
    }
}

$tasks = 'Clean', 'Build', 'Test', 'Pester', 'Docs', 'Bench', 'Package', 'Install', 'Publish', 'Demo'
$names = @(@($Task) + $FurtherTask -split ',' | ForEach-Object Trim | Where-Object { $_ })
$unknown = @($names | Where-Object { $_ -notin $tasks })
if ($unknown) {
    throw "There is no task $($unknown -join ', '). The tasks are $($tasks -join ', ')."
}

foreach ($name in $names) {
    Invoke-NamedTask $name
}
