BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $manifest = $env:HARTONOMOUS_TEST_MODULE
    $contexts = '[AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object {
        "{0}={1}" -f $_.GetName().Name, [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_).Name
    }'
}

Describe 'Importing the module' {
    It 'does not load the core' {
        Invoke-Fresh $contexts | Where-Object { $_ -like 'Hartonomous.Core=*' -or $_ -like 'Dapper=*' } | Should -BeNullOrEmpty
    }

    It 'keeps the core and its dependencies out of the default context once they are used' {
        $loaded = Invoke-Fresh "`$null = Import-HartModel '$Gguf' -Connection '$TestDrive/context'; $contexts"
        $loaded | Should -Contain 'Hartonomous.Cmdlets=Default'
        foreach ($name in 'Hartonomous.Core', 'Dapper', 'Microsoft.Data.Sqlite', 'SQLitePCLRaw.core') {
            $loaded | Should -Contain "$name=Hartonomous"
            $loaded | Should -Not -Contain "$name=Default"
        }
    }

    It 'works beside another module that loaded the same libraries' {
        $dapper = Join-Path (Split-Path $env:HARTONOMOUS_TEST_MODULE) 'bin/net10.0/dependencies/Dapper.dll'
        Copy-Item -LiteralPath $dapper -Destination $TestDrive
        $import = "(Import-HartModel '$Gguf' -Connection '$TestDrive/beside').Status"
        $loaded = Invoke-Fresh "Add-Type -Path '$TestDrive/Dapper.dll'; $import; $contexts"
        $loaded | Should -Contain 'Complete'
        $loaded | Should -Contain 'Dapper=Default'
        $loaded | Should -Contain 'Dapper=Hartonomous'
    }

    It 'may be repeated, and undone, and done again' {
        $again = "Import-Module '$manifest' -Force; Remove-Module Hartonomous; Import-Module '$manifest'"
        Invoke-Fresh "$again; (Get-HartModelFile '$Gguf').Format" | Should -Be 'Gguf'
    }

    It 'exports what the manifest lists and nothing else' {
        $expected = (Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object
        (Get-Module Hartonomous).ExportedCommands.Keys | Sort-Object | Should -Be $expected
    }

    It 'brings its about topic' {
        $modules = Split-Path (Split-Path (Split-Path $manifest))
        $help = Invoke-Fresh "`$env:PSModulePath = '$modules'; Get-Help about_Hartonomous" | Out-String
        $help | Should -Match 'HARTONOMOUS_STORE'
    }
}

Describe 'Native libraries' {
    BeforeAll {
        $copy = Join-Path $TestDrive 'copy'
        Copy-Item -LiteralPath (Split-Path $env:HARTONOMOUS_TEST_MODULE) -Destination $copy -Recurse
        $runtimes = Join-Path $copy 'bin/net10.0/dependencies/runtimes'
        $libraries = Join-Path $TestDrive 'natives'
        $library = $IsWindows ? 'e_sqlite3.dll' : $IsMacOS ? 'libe_sqlite3.dylib' : 'libe_sqlite3.so'
        $architecture = [Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLower()
        $platform = ($IsWindows ? 'win-' : $IsMacOS ? 'osx-' : 'linux-') + $architecture
        $null = New-Item -ItemType Directory $libraries
        Copy-Item -LiteralPath (Join-Path $runtimes "$platform/native/$library") -Destination $libraries
        Remove-Item -LiteralPath $runtimes -Recurse
        $module = Join-Path $copy 'Hartonomous.psd1'
    }

    It 'that are missing are named with the places that were looked at' {
        $import = "Import-HartModel '$Gguf' -Connection '$TestDrive/missing' -ErrorAction Stop"
        $text = Invoke-Fresh "try { $import } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }" $module | Out-String
        $text | Should -Match 'NATIVE_LIBRARY,Hartonomous.Commands.ImportHartModelCommand'
        $text | Should -Match 'HARTONOMOUS_NATIVE_PATH'
        $text | Should -Match ([regex]::Escape("$platform"))
    }

    It 'may lie in a folder that the environment names' {
        $import = "(Import-HartModel '$Gguf' -Connection '$TestDrive/named').Status"
        Invoke-Fresh "`$env:HARTONOMOUS_NATIVE_PATH = '$libraries'; $import" $module | Should -Be 'Complete'
    }
}
