BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    . $PSScriptRoot/ExampleFiles.ps1
    $examples = (Resolve-Path (Join-Path $PSScriptRoot '../../examples')).Path
    $world = New-Item -ItemType Directory (Join-Path $TestDrive 'world')
    New-ExampleFolder $world

    # As a scheduled task has it: no profile, nobody to answer, no TEMP, a culture that is not English.
    function Invoke-Night {
        param([string[]] $Arguments, [string] $Culture = 'de_DE')
        $process = [System.Diagnostics.ProcessStartInfo]::new($Pwsh)
        foreach ($word in @('-NoProfile', '-NonInteractive', '-File') + $Arguments) {
            $process.ArgumentList.Add($word)
        }
        $nowhere = Join-Path $TestDrive 'no-such-folder'
        foreach ($name in 'TEMP', 'TMP', 'TMPDIR') {
            $process.Environment[$name] = $nowhere
        }
        $process.Environment['LANG'] = $process.Environment['LC_ALL'] = "$Culture.UTF-8"
        $process.Environment.Remove('HARTONOMOUS_STORE') | Out-Null
        $process.RedirectStandardOutput = $process.RedirectStandardError = $process.RedirectStandardInput = $true
        $run = [System.Diagnostics.Process]::Start($process)
        $run.StandardInput.Close()
        $errors = $run.StandardError.ReadToEndAsync()
        $output = $run.StandardOutput.ReadToEnd()
        $run.WaitForExit()
        [pscustomobject] @{ ExitCode = $run.ExitCode; Output = $output; Errors = $errors.Result }
        Test-Path $nowhere | Should -BeFalse
    }

    function Invoke-Import {
        param([string] $Source, [string] $Store)
        Invoke-Night "$examples/Import-Nightly.ps1", '-Source', $Source, '-Store', $Store, '-LogFolder', "$TestDrive/logs",
        '-Module', $readOnly
    }

    # A module folder that cannot be written to; for an account that may do anything, that nothing was written.
    $folder = Join-Path $TestDrive 'installed'
    Copy-Item -LiteralPath (Split-Path $env:HARTONOMOUS_TEST_MODULE) -Destination $folder -Recurse
    $readOnly = Join-Path $folder 'Hartonomous.psd1'
    Get-ChildItem -LiteralPath $folder -Recurse -File | ForEach-Object { $_.IsReadOnly = $true }
    if (-not $IsWindows) {
        chmod -R a-w $folder
    }
    $before = Get-FolderState $folder
}

AfterAll {
    if (-not $IsWindows) {
        chmod -R u+w $folder
    }
    Disconnect-HartStore
}

Describe 'Import-Nightly.ps1' {
    It 'gives 0 where all is well, and does nothing the second time' {
        $store = Join-Path $TestDrive 'night'
        $run = Invoke-Import "$world/models" $store
        $run.ExitCode | Should -Be 0 -Because ($run.Output + $run.Errors)
        $run.Output | Should -Match 'Imported .*base\.safetensors as base'
        (Get-HartModel -Connection $store).Name | Should -Be ('base', 'finetune', 'llama')
        $again = Invoke-Import "$world/models" $store
        $again.ExitCode | Should -Be 0
        $again.Output | Should -Match 'stored already'
        Get-Content (Get-ChildItem "$TestDrive/logs" | Sort-Object Name | Select-Object -First 1) | Should -Match '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (info|warning|error)'
    }

    It 'gives 2 where a file is broken, imports the others, and names it in the log' {
        $models = New-Item -ItemType Directory (Join-Path $TestDrive 'mixed')
        Copy-Item "$world/models/*.safetensors" $models
        [IO.File]::WriteAllBytes("$models/bad.gguf", [byte[]] (71, 71, 85, 70, 3, 0, 0, 0))
        $run = Invoke-Import $models "$TestDrive/mixed-store"
        $run.ExitCode | Should -Be 2 -Because ($run.Output + $run.Errors)
        $run.Output | Should -Match '(?m) error +(FILE|GGUF)_[A-Z_]+: .*bad\.gguf'
        (Get-HartModel -Connection "$TestDrive/mixed-store").Count | Should -Be 2
    }

    It 'gives 2 where the store is damaged' {
        $store = Join-Path $TestDrive 'damaged'
        $null = Import-HartModel "$world/models/llama.gguf" -Connection $store
        Get-ChildItem "$store/packs" -File | ForEach-Object { [IO.File]::WriteAllBytes($_.FullName, [byte[]]::new(16)) }
        $empty = New-Item -ItemType Directory (Join-Path $TestDrive 'empty')
        $run = Invoke-Import $empty $store
        $run.ExitCode | Should -Be 2 -Because ($run.Output + $run.Errors)
    }

    It 'gives 1 where it cannot work at all' {
        (Invoke-Import "$TestDrive/no-models" "$TestDrive/none").ExitCode | Should -Be 1
        Set-Content "$TestDrive/a-file" 'x'
        $run = Invoke-Import "$world/models" "$TestDrive/a-file"
        $run.ExitCode | Should -Be 1
        $run.Output | Should -Match 'STORE_INVALID'
    }

    It 'writes nothing into the folder of the module' {
        Get-FolderState $folder | Should -Be $before
    }
}

Describe 'Invoke-HartMaintenance.ps1 at night' {
    BeforeAll {
        function Invoke-Maintenance {
            param([string] $Store, [string] $Culture, [string[]] $More = @())
            $words = @("$examples/Invoke-HartMaintenance.ps1", '-Store', $Store, '-LogPath', "$TestDrive/$Culture.log", '-Module', $readOnly) + $More
            Invoke-Night -Arguments $words -Culture $Culture
        }

        $nightly = Join-Path $TestDrive 'nightly'
        $null = Import-HartModel "$world/models/base.safetensors" -Connection $nightly
    }

    It 'gives 0 where all is well: prunes, gives the space back and verifies' {
        $run = Invoke-Maintenance $nightly 'tr_TR' '-LowestPercent', '12.5', '-UnusedFor', '00:00:00', '-LayerType', 'Attention,FeedForward', '-MaxError', '0.1'
        $run.ExitCode | Should -Be 0 -Because ($run.Output + $run.Errors)
        $run.Output | Should -Match 'prune: 1 pruned, 0 kept'
        $run.Output | Should -Match 'verify: 0 findings'
        (Measure-HartStore -Connection $nightly).PrunedTensors | Should -Be 1
        (Measure-HartStore -Connection $nightly).BytesReclaimable | Should -Be 0
        Get-Content "$TestDrive/tr_TR.log" | Should -Match '^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \w+: '
    }

    It 'gives 2 where the store is damaged, and names the finding' {
        $damaged = Join-Path $TestDrive 'damaged-nightly'
        Copy-Item -LiteralPath $nightly -Destination $damaged -Recurse
        Get-ChildItem "$damaged/packs" -File | ForEach-Object { [IO.File]::WriteAllBytes($_.FullName, [byte[]]::new(16)) }
        $run = Invoke-Maintenance $damaged 'ar_SA'
        $run.ExitCode | Should -Be 2 -Because ($run.Output + $run.Errors)
        $run.Output | Should -Match 'verify: [1-9]\d* findings'
        Get-Content "$TestDrive/ar_SA.log" | Should -Match '^20\d\d-'
    }

    It 'gives 1 where there is no store' {
        $run = Invoke-Maintenance "$TestDrive/no-store" 'de_DE'
        $run.ExitCode | Should -Be 1 -Because ($run.Output + $run.Errors)
        $run.Output | Should -Match 'FAILED: There is no store'
        "$TestDrive/no-store" | Should -Not -Exist
    }

    It 'writes nothing into the folder of the module' {
        Get-FolderState $folder | Should -Be $before
    }
}

Describe 'Show-Exploration.ps1' {
    It 'runs from beginning to end' {
        $output = & "$examples/Show-Exploration.ps1" -Source "$world/models" -Store "$TestDrive/exploration" 6>&1
        $output | Where-Object { $_ -is [Hartonomous.HartStoreStatistics] } | Should -HaveCount 1
        $output[-1] | Should -BeExactly $true
        Disconnect-HartStore
    }
}

Describe 'Register-NightlyTask.ps1' {
    It 'says what it would do on Windows, and that it needs Windows elsewhere' {
        $task = @{ Source = 'D:\models'; Store = 'D:\hart'; LogFolder = 'D:\logs'; WhatIf = $true }
        if ($IsWindows) {
            { & "$examples/Register-NightlyTask.ps1" @task } | Should -Not -Throw
        }
        else {
            { & "$examples/Register-NightlyTask.ps1" @task } | Should -Throw '*systemd*'
        }
    }
}

Describe 'The systemd units' {
    It 'have the sections and names that systemd reads' {
        $service = Get-Content -Raw "$examples/systemd/hartonomous-import.service"
        $timer = Get-Content -Raw "$examples/systemd/hartonomous-import.timer"
        $service | Should -Match '(?m)^\[Service\]$'
        $service | Should -Match '(?m)^ExecStart=/usr/bin/pwsh -NoProfile -NonInteractive -File \S*/Import-Nightly\.ps1 '
        $timer | Should -Match '(?m)^OnCalendar=\S+'
        $parameters = (Get-Command "$examples/Import-Nightly.ps1").Parameters.Keys
        foreach ($match in [regex]::Matches(($service -split "`n" | Where-Object { $_ -like 'ExecStart=*' }), ' -(\w+) /')) {
            $match.Groups[1].Value | Should -BeIn ($parameters + 'File')
        }
    }

    It 'are verified by systemd' -Skip:(-not (Get-Command systemd-analyze -ErrorAction Ignore)) {
        systemd-analyze verify --man=no "$examples/systemd/hartonomous-import.timer" 2>&1 |
            Where-Object { $_ -match 'hartonomous-import' -and $_ -notmatch 'not executable|Failed to prepare' } | Should -BeNullOrEmpty
    }
}

Describe 'Every script of the repository' {
    BeforeDiscovery {
        $root = Join-Path $PSScriptRoot '../..'
        $all = Get-ChildItem $root -Recurse -Include *.ps1, *.psd1 -Depth 3 | Where-Object FullName -NotMatch '[\\/](out|bin|obj)[\\/]' |
            ForEach-Object { [IO.Path]::GetRelativePath($root, $_.FullName) }
        $shipped = $all | Where-Object { $_ -notmatch '^tests' -and $_ -like '*.ps1' }
    }

    It '<_> parses, and has a synopsis' -ForEach $shipped {
        $problems = $null
        $path = Join-Path $PSScriptRoot '../..' $_
        $null = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $problems)
        $problems | Should -BeNullOrEmpty
        (Get-Help $path).Synopsis | Should -Match '\.$'
    }

    It '<_> uses no aliases, and nothing that cannot be redirected' -ForEach $all {
        $path = Join-Path $PSScriptRoot '../..' $_
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $null)
        $commands = $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true) | ForEach-Object GetCommandName
        $commands | Where-Object { $_ -and (Get-Alias -Name $_.Replace('[', '`[') -ErrorAction Ignore) } | Should -BeNullOrEmpty
        if ($_ -notlike '*Show-Demo.ps1') {
            $commands | Should -Not -Contain 'Write-Host'
        }
        $commands | Should -Not -Contain 'Invoke-Expression'

        # Without a byte order mark, Windows PowerShell and old editors take anything but ASCII for something else.
        [IO.File]::ReadAllText($path) | Should -Not -Match '[^\x00-\x7f]|[ \t]\r?\n'
    }

    It '<_> has functions of approved verbs that use their parameters and variables' -ForEach $all {
        $path = Join-Path $PSScriptRoot '../..' $_
        $tree = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $null, [ref] $null)
        $approved = (Get-Verb).Verb
        foreach ($function in $tree.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true)) {
            if ($function.Name -match '-') {
                ($function.Name -split '-')[0] | Should -BeIn $approved
            }
            $used = $function.Body.FindAll({ $args[0] -is [System.Management.Automation.Language.VariableExpressionAst] }, $true).VariablePath.UserPath

            # A param block is part of the body, and names each parameter once by itself.
            foreach ($parameter in $function.Body.ParamBlock.Parameters) {
                @($used -eq $parameter.Name.VariablePath.UserPath).Count | Should -BeGreaterThan 1 -Because "$($function.Name) takes $($parameter.Name)"
            }
            foreach ($parameter in $function.Parameters) {
                $used | Should -Contain $parameter.Name.VariablePath.UserPath -Because "$($function.Name) takes it"
            }
        }
    }
}
