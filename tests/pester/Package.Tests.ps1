BeforeDiscovery {
    $missing = -not $env:HARTONOMOUS_TEST_PACKAGE
    $withoutInstaller = $missing -or -not (Get-Command Install-PSResource -ErrorAction Ignore)
}

BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $package = $env:HARTONOMOUS_TEST_PACKAGE
    $module = Split-Path $env:HARTONOMOUS_TEST_MODULE
}

Describe 'The package' -Skip:$missing {
    BeforeAll {
        $archive = [IO.Compression.ZipFile]::OpenRead($package)
        $entries = @($archive.Entries)
        $reader = [IO.StreamReader]::new($archive.GetEntry('Hartonomous.nuspec').Open())
        [xml] $nuspec = $reader.ReadToEnd()
        $reader.Dispose()
    }

    AfterAll {
        $archive.Dispose()
    }

    It 'is named and described as the manifest says' {
        $manifest = Import-PowerShellDataFile $env:HARTONOMOUS_TEST_MODULE
        Split-Path $package -Leaf | Should -Be "Hartonomous.$($manifest.ModuleVersion).nupkg"
        $nuspec.package.metadata.id | Should -Be 'Hartonomous'
        $nuspec.package.metadata.version | Should -Be $manifest.ModuleVersion
        $tags = $nuspec.package.metadata.tags.Split(' ')
        foreach ($tag in 'PSModule', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS', 'PSCmdlet_Import-HartModel') {
            $tags | Should -Contain $tag
        }
    }

    It 'holds the files of the module and no others' {
        $expected = Get-ChildItem -LiteralPath $module -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($module, $_.FullName).Replace('\', '/') }
        $actual = $entries.FullName | Where-Object { $_ -notin '[Content_Types].xml', '_rels/.rels', 'Hartonomous.nuspec' }
        Compare-Object @($expected) @($actual) | Should -BeNullOrEmpty
    }

    It 'has no reference assembly and none that PowerShell brings' {
        $entries.Name | Should -Not -Contain 'System.Management.Automation.dll'
        $entries.Name | Should -Not -Contain 'PowerShellStandard.Library.dll'
        $own = Get-ChildItem $PSHOME -Filter *.dll | ForEach-Object Name
        $entries.Name | Where-Object { $_ -like '*.dll' -and $_ -in $own -and $_ -like 'System.*' } | Should -BeNullOrEmpty
    }

    It 'has no stub beside a build for a platform' {
        $built = $entries.FullName | Where-Object { $_ -match '/runtimes/[^/]+/lib/' } | ForEach-Object { Split-Path $_ -Leaf }
        $general = $entries.FullName | Where-Object { $_ -match '/dependencies/[^/]+\.dll$' } | ForEach-Object { Split-Path $_ -Leaf }
        $general | Where-Object { $_ -in $built } | Should -BeNullOrEmpty
    }

    It 'has natives for <_>' -ForEach 'win-x64', 'win-arm64', 'linux-x64', 'linux-arm64', 'osx-x64', 'osx-arm64' {
        $pattern = "/runtimes/$_/native/(lib)?e_sqlite3\.(dll|so|dylib)$"
        @($entries | Where-Object { $_.FullName -match $pattern -and $_.Length -gt 100KB }).Count | Should -Be 1
    }

    It 'is the same when it is made again' {
        & (Join-Path $PSScriptRoot '../../build/New-ModulePackage.ps1') -Module $module -Destination "$TestDrive/again.nupkg"
        (Get-FileHash "$TestDrive/again.nupkg").Hash | Should -Be (Get-FileHash $package).Hash
    }

    It 'works where it is unpacked' {
        $folder = Join-Path $TestDrive 'modules/Hartonomous' $nuspec.package.metadata.version
        Expand-Archive -LiteralPath $package -DestinationPath $folder
        Invoke-Fresh "(Import-HartModel '$Gguf' -Connection '$TestDrive/unpacked').Status" (Join-Path $folder 'Hartonomous.psd1') | Should -Be 'Complete'
    }
}

Describe 'Install-PSResource' -Skip:$withoutInstaller {
    It 'installs the package from a folder' {
        $repository = New-Item -ItemType Directory (Join-Path $TestDrive 'repository')
        Copy-Item -LiteralPath $package -Destination $repository
        Register-PSResourceRepository -Name HartonomousTest -Uri $repository.FullName -Trusted
        try {
            Save-PSResource -Name Hartonomous -Repository HartonomousTest -Path "$TestDrive" -TrustRepository
        }
        finally {
            Unregister-PSResourceRepository -Name HartonomousTest
        }
        $installed = Get-ChildItem "$TestDrive/Hartonomous/*/Hartonomous.psd1"
        Invoke-Fresh "(Import-HartModel '$Gguf' -Connection '$TestDrive/installed').Status" $installed.FullName | Should -Be 'Complete'
    }
}
