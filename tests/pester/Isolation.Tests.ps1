BeforeDiscovery {
    $missing = -not $env:HARTONOMOUS_TEST_CONFLICTS
}

BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $conflicts = $env:HARTONOMOUS_TEST_CONFLICTS

    # As other modules do it: the first into the default context by its path, the second into a context of its own.
    $loadOlder = @"
`$folder = '$conflicts/Older'
`$platform = `$IsWindows ? 'win' : 'unix'
Get-ChildItem "`$folder/runtimes/`$platform/lib/*/Microsoft.Data.SqlClient.dll" | ForEach-Object { `$null = [Reflection.Assembly]::LoadFrom(`$_) }
`$older = [Reflection.Assembly]::LoadFrom("`$folder/Conflict.Older.dll").GetType('Hartonomous.Conflicts.Workload')
"@
    $loadNewer = @"
class OtherContext : Runtime.Loader.AssemblyLoadContext {
    OtherContext() : base('Other') { }
    [Reflection.Assembly] Load([Reflection.AssemblyName] `$name) {
        `$path = "$conflicts/Newer/`$(`$name.Name).dll"
        if (Test-Path `$path) { return `$this.LoadFromAssemblyPath(`$path) }
        return `$null
    }
}
`$newer = [OtherContext]::new().LoadFromAssemblyPath('$conflicts/Newer/Conflict.Newer.dll').GetType('Hartonomous.Conflicts.Workload')
"@
}

Describe 'Beside other versions of its libraries that were loaded first' -Skip:$missing {
    BeforeAll {
        # The natives of the others lie beside their assemblies, in the folder that the runtime looks in.
        $architecture = [Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLower()
        $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : 'linux'
        foreach ($name in 'Older', 'Newer') {
            Copy-Item -Path "$conflicts/$name/runtimes/$system-$architecture/native/*" -Destination "$conflicts/$name" -Force
        }
        $work = @"
`$before = `$older::Run(), `$newer::Run()
Import-Module '$env:HARTONOMOUS_TEST_MODULE'
(Import-HartModel '$Gguf' -Connection '$TestDrive/store').Status
Test-HartStore -Full -Connection '$TestDrive/store'
`$after = `$older::Run(), `$newer::Run()
'same: ' + (`$before -join '; ').Equals(`$after -join '; ')
`$after
[AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object {
    '{0} {1} in {2}' -f `$_.GetName().Name, `$_.GetName().Version, [Runtime.Loader.AssemblyLoadContext]::GetLoadContext(`$_).Name
}
"@
        $text = "`$ErrorActionPreference = 'Stop'; $loadOlder; $loadNewer; $work"
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
        $lines = & $Pwsh -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand $encoded 2>&1 | ForEach-Object ToString
    }

    It 'the module works' {
        $lines | Should -Contain 'Complete' -Because ($lines -join "`n")
        $lines | Should -Contain 'True'
    }

    It 'theirs keep working, in their versions' {
        $lines | Should -Contain 'same: True' -Because ($lines -join "`n")
        $lines | Where-Object { $_ -match '^Dapper 2\.0\.123, Microsoft\.Data\.Sqlite 6\.0\.0, SQLite 3\..*, SqlClient 2\.1\.\d+ for tcp:127\.0\.0\.1,1$' } | Should -HaveCount 1
        $lines | Where-Object { $_ -match '^Dapper 2\.1\.66, Microsoft\.Data\.Sqlite 10\.0\.\d+, SQLite 3\.' } | Should -HaveCount 1
    }

    It 'each has its own' {
        foreach ($name in 'Dapper', 'Microsoft.Data.Sqlite', 'SQLitePCLRaw.core') {
            foreach ($context in 'Default', 'Other', 'Hartonomous') {
                @($lines | Where-Object { $_ -match "^$([regex]::Escape($name)) [\d.]+ in $context$" }).Count | Should -Be 1 -Because "$name in $context"
            }
        }
    }
}

Describe 'The public types' {
    It 'can be named by scripts, and are those of the objects' {
        (Get-HartModelFile $Gguf) -is [Hartonomous.HartModelFile] | Should -BeTrue
    }
}

Describe 'Start-ThreadJob' {
    It 'works with an explicit connection, as background jobs do' {
        $modules = Split-Path (Split-Path (Split-Path $env:HARTONOMOUS_TEST_MODULE))
        $script = @"
`$env:PSModulePath = '$modules' + [IO.Path]::PathSeparator + `$env:PSModulePath
`$c = Connect-HartStore '$TestDrive/jobs' -PassThru
`$null = Import-HartModel '$Gguf'
1..3 | ForEach-Object { Start-ThreadJob { (Get-HartModel -Connection `$using:c).Name } } | Receive-Job -Wait -AutoRemoveJob
Start-ThreadJob { Connect-HartStore '$TestDrive/jobs2'; (Get-HartStore).Path } | Receive-Job -Wait -AutoRemoveJob
(Get-HartStore).Path
Start-Job { Get-HartModel -Connection `$using:c | ForEach-Object Name } | Receive-Job -Wait -AutoRemoveJob
"@
        Invoke-Fresh $script | Should -Be ('quant-reference', 'quant-reference', 'quant-reference', "$TestDrive/jobs2", "$TestDrive/jobs", 'quant-reference')
    }
}
