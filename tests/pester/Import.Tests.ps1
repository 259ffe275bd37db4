BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $models = New-Item -ItemType Directory (Join-Path $TestDrive 'models')
    $a = New-SafeTensorsFile (Join-Path $models 'a.safetensors') ([ordered] @{ 'blk.0.attn_q.weight' = 4096; 'blk.0.ffn_up.weight' = 2048 })
    $b = Join-Path $models 'b.safetensors'
    [IO.File]::WriteAllBytes($b, [IO.File]::ReadAllBytes($a.FullName)[0..5000])
    $c = New-SafeTensorsFile (Join-Path $models 'c.safetensors') ([ordered] @{ w = 1024 }) -Seed 3
}

Describe 'Import-HartModel' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        Connect-HartStore $store
    }

    AfterEach {
        Disconnect-HartStore
    }

    It 'imports every file of a pipeline and goes on after a broken one' {
        $results = Get-ChildItem $models -Filter *.safetensors | Import-HartModel -ErrorVariable errors -ErrorAction SilentlyContinue
        $results.Model | Should -Be ('a', 'c')
        $results.Status | Should -Be ('Complete', 'Complete')
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -Match '^(SAFETENSORS|FILE)_[A-Z_]+,Hartonomous\.Commands\.ImportHartModelCommand$'
        $errors[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $errors[0].TargetObject | Should -Be $b
        $errors[0].Exception | Should -BeOfType Hartonomous.HartException
        $errors[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        (Get-HartModel).Name | Should -Be ('a', 'c')
    }

    It 'stops at a broken file when asked to' {
        { Import-HartModel $b, $c -ErrorAction Stop } | Should -Throw
        Test-Path $store | Should -BeFalse
    }

    It 'says what it did' {
        $result = Import-HartModel $a
        $result.Model | Should -Be 'a'
        $result.Source | Should -Be $a.FullName
        $result.TensorCount | Should -Be 2
        $result.SizeBytes | Should -Be $a.Length
        $result.NewBytes | Should -BeGreaterThan 0
        $result.Resumed | Should -BeFalse
        $result.Duration | Should -BeOfType timespan
        $result.Store | Should -Be (Get-HartStore).Path
    }

    It 'leaves an unchanged model alone and says so' {
        $null = Import-HartModel $a
        $before = Measure-HartStore
        $again = Import-HartModel $a
        $again.Status | Should -Be 'Unchanged'
        $again.JobId | Should -BeNullOrEmpty
        (Measure-HartStore).BytesStored | Should -Be $before.BytesStored
    }

    It 'refuses a different model of the same name, and replaces it with -Force' {
        $null = Import-HartModel $a -Name m
        Import-HartModel $c -Name m -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'MODEL_EXISTS,Hartonomous.Commands.ImportHartModelCommand'
        $errors[0].CategoryInfo.Category | Should -Be 'ResourceExists'
        $errors[0].ErrorDetails.RecommendedAction | Should -Match '-Force'
        (Import-HartModel $c -Name m -Force).Status | Should -Be 'Complete'
        (Get-HartModel m).SourcePath | Should -Be $c.FullName
        Test-HartStore -Full | Should -BeTrue
    }

    It 'does nothing at all with -WhatIf' {
        Import-HartModel $a -WhatIf | Should -BeNullOrEmpty
        Test-Path $store | Should -BeFalse
        $null = Import-HartModel $a
        $before = Get-FolderState $store
        Import-HartModel $c -WhatIf | Should -BeNullOrEmpty
        Import-HartModel $c -Name a -Force -WhatIf | Should -BeNullOrEmpty
        Get-HartTensorInfo $c | Import-HartModel -WhatIf | Should -BeNullOrEmpty
        Get-FolderState $store | Should -Be $before
    }

    It 'takes one name for one model' {
        $results = Import-HartModel $a, $c -Name same -ErrorVariable errors -ErrorAction SilentlyContinue
        $results.Source | Should -Be $a.FullName
        $errors[0].FullyQualifiedErrorId | Should -Be 'NAME_FOR_SEVERAL,Hartonomous.Commands.ImportHartModelCommand'
    }

    It 'refuses a name that no model can have' {
        Import-HartModel $a -Name "two`nlines" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'MODEL_NAME,Hartonomous.Commands.ImportHartModelCommand'
    }

    It 'stores only the tensors of a pipeline' {
        $result = Get-HartTensorInfo $a | Where-Object LayerType -eq Attention | Import-HartModel -Name attention-only
        $result.TensorCount | Should -Be 1
        (Get-HartTensor attention-only).Name | Should -Be 'blk.0.attn_q.weight'
        (Get-HartTensor attention-only).Sha256 | Should -Be (Get-HartTensorInfo $a -Name *attn_q* -Hash).Sha256
        Test-HartStore -Full | Should -BeTrue
    }

    It 'stores a selection of a GGUF file, which is a GGUF file again' {
        $wanted = Get-HartTensorInfo $Gguf -Hash | Where-Object Dtype -in Q4_K, F32
        $result = $wanted | Import-HartModel
        $result.Model | Should -Be 'quant-reference-selection'
        (Get-HartModel quant-reference-selection).Format | Should -Be 'Gguf'
        (Get-HartTensor quant-reference-selection).Sha256 | Should -Be $wanted.Sha256
        $file = Export-HartModel quant-reference-selection -Destination "$TestDrive/selection.gguf"
        (Get-HartTensorInfo $file.Path -Hash).Sha256 | Should -Be $wanted.Sha256
    }

    It 'groups tensors of several models' {
        $results = Get-HartTensorInfo $a, $c | Import-HartModel
        $results.Model | Should -Be ('a-selection', 'c-selection')
        $results.TensorCount | Should -Be (2, 1)
    }

    It 'refuses tensors of a file that is another one by now' {
        $file = New-SafeTensorsFile (Join-Path $TestDrive 'stale.safetensors') ([ordered] @{ w = 64 })
        $tensors = Get-HartTensorInfo $file
        $null = New-SafeTensorsFile $file.FullName ([ordered] @{ other = 64 })
        $tensors | Import-HartModel -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'SELECTION_STALE,Hartonomous.Commands.ImportHartModelCommand'
    }

    It 'imports a model once that is reached through each of its shards' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))
        foreach ($i in 1..3) {
            $null = New-SafeTensorsFile (Join-Path $folder "model-0000$i-of-00003.safetensors") ([ordered] @{ "w$i" = 256 }) -Seed $i
        }
        $results = @(Get-ChildItem $folder -Filter *.safetensors | Import-HartModel -Name sharded -WarningAction SilentlyContinue)
        $results.Count | Should -Be 1
        $results[0].TensorCount | Should -Be 3
    }

    It 'takes what Get-HartModelFile found' {
        (Get-HartModelFile $a | Import-HartModel).Model | Should -Be 'a'
    }
}

Describe 'A long import' {
    BeforeAll {
        $big = New-SafeTensorsFile (Join-Path $TestDrive 'big.safetensors') ([ordered] @{ x = 64MB; y = 64MB }) -Seed 7
        $script = 'param($m, $f, $s) Import-Module $m; Import-HartModel $f -Connection $s'
    }

    AfterAll {
        Remove-Item -LiteralPath $big
    }

    It 'can be stopped, leaves a sound store, and completes when repeated' {
        $store = Join-Path $TestDrive 'stopped'
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript($script).AddArgument($env:HARTONOMOUS_TEST_MODULE).AddArgument($big.FullName).AddArgument($store)
            $run = $shell.BeginInvoke()
            $patience = [Diagnostics.Stopwatch]::StartNew()
            while (-not (Test-Path "$store/packs/*") -and $patience.Elapsed.TotalSeconds -lt 60) {
                Start-Sleep -Milliseconds 10
            }
            $shell.Stop()
            $shell.InvocationStateInfo.State | Should -Be 'Stopped'
            $run.IsCompleted | Should -BeTrue
        }
        finally {
            $shell.Dispose()
        }
        Get-HartModel -Connection $store | Should -BeNullOrEmpty
        (Import-HartModel $big -Connection $store).Status | Should -Be 'Complete'
        Test-HartStore -Connection $store -Full | Should -BeTrue
        Remove-Item -LiteralPath $store -Recurse
    }

    It 'shows its progress, and takes it away' {
        $store = Join-Path $TestDrive 'progress'
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript($script).AddArgument($env:HARTONOMOUS_TEST_MODULE).AddArgument($big.FullName).AddArgument($store)
            $shell.Invoke().Status | Should -Be 'Complete'
            $records = @($shell.Streams.Progress | Where-Object Activity -eq 'Importing a model')
        }
        finally {
            $shell.Dispose()
        }
        $records.Count | Should -BeGreaterThan 1
        $records[0].StatusDescription | Should -Match '^\d.* of 512\.0 MiB, .*/s$'
        $records[0].PercentComplete | Should -BeIn (0..100)
        $records[-1].RecordType | Should -Be 'Completed'
        @($records | Where-Object RecordType -eq 'Completed').Count | Should -Be 1
        @($records.ActivityId | Select-Object -Unique).Count | Should -Be 1
        Remove-Item -LiteralPath $store -Recurse
    }
}
