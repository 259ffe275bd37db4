BeforeDiscovery {
    # Pester shows what is skipped, and this line why.
    $skip = -not $env:HARTONOMOUS_TEST_SQLSERVER
    if ($skip) {
        Write-Information 'SqlServer.Tests.ps1: skipped, HARTONOMOUS_TEST_SQLSERVER names no server.' -InformationAction Continue
    }
}

Describe 'A store on a server' -Skip:$skip {
    BeforeAll {
        . $PSScriptRoot/TestFiles.ps1
        . $PSScriptRoot/TestServer.ps1
        $database = New-TestDatabase
        $target = $server + @{ Database = $database }
        $base = New-SafeTensorsFile (Join-Path $TestDrive 'base.safetensors') ([ordered]@{ 'a.weight' = 300000; 'b.weight' = 300000 }) -Seed 1
        $tuned = Join-Path $TestDrive 'tuned.safetensors'
        $bytes = [IO.File]::ReadAllBytes($base)
        $bytes[$bytes.Length - 1] = $bytes[$bytes.Length - 1] -bxor 255
        [IO.File]::WriteAllBytes($tuned, $bytes)
    }

    AfterAll {
        Disconnect-HartStore
        if ($database) {
            Remove-TestDatabase $database
        }
    }

    Context 'before it is made' {
        It 'is not connected to' {
            $failure = { Connect-HartStore @target } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be 'STORE_NOT_FOUND,Hartonomous.Commands.ConnectHartStoreCommand'
            $failure.ErrorDetails.RecommendedAction | Should -Match 'Install-HartSchema'
            Test-HartSchema @target | Should -BeFalse
        }

        It 'is listed and not made with -WhatIf' {
            $scripts = Install-HartSchema @target -WhatIf
            $scripts[0].Name | Should -Be 'Migrations/0001_tables.sql'
            $scripts.State | Select-Object -Unique | Should -Be 'Missing'
            Test-HartSchema @target | Should -BeFalse
        }

        It 'is made, once' {
            $scripts = Install-HartSchema @target
            $scripts.State | Select-Object -Unique | Should -BeIn 'Applied', 'Unsupported', 'Optional', 'Refused'
            $scripts | Where-Object State -eq 'Unsupported' | ForEach-Object { $_.Detail | Should -Not -BeNullOrEmpty }
            Test-HartSchema @target | Should -BeTrue
            Update-HartSchema @target -WhatIf | Should -BeNullOrEmpty
            (Test-HartSchema @target -Detailed).Count | Should -Be $scripts.Count
        }
    }

    Context 'that refuses' {
        It '<Case> says why, and tells no secret' -ForEach @(
            @{ Case = 'a wrong password'; Change = { $c.Credential = $wrong }; Id = 'SERVER_LOGIN'; Category = 'AuthenticationError' }
            @{ Case = 'another database'; Change = { $c.Database = 'hart_absent' }; Id = 'SERVER_DATABASE'; Category = 'OpenError' }
            @{ Case = 'an unknown host'; Change = { $c.SqlInstance = 'no-such-host.invalid' }; Id = 'SERVER_UNREACHABLE'; Category = 'ConnectionError' }
        ) {
            $wrong = [pscredential]::new($login.UserName, (ConvertTo-SecureString 'not-it-at-all' -AsPlainText -Force))
            $c = $target.Clone()
            & $Change
            $failure = { Connect-HartStore @c } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -Be "$Id,Hartonomous.Commands.ConnectHartStoreCommand"
            $failure.CategoryInfo.Category | Should -Be $Category
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            $all = ($failure | Format-List * -Force | Out-String) + $failure.Exception + [System.Management.Automation.PSSerializer]::Serialize($failure, 3)
            $all | Should -Not -Match ([regex]::Escape($secret))
            $all | Should -Not -Match 'not-it-at-all'
        }
    }

    Context 'at work' {
        BeforeAll {
            Connect-HartStore @target
        }

        It 'has a name without a secret' {
            $connection = Get-HartStore
            $connection.Kind | Should -Be 'SqlServer'
            "$($connection | Format-List | Out-String)$($connection | ConvertTo-Json)" | Should -Not -Match ([regex]::Escape($secret))
            $verbose = Connect-HartStore @target -Verbose 4>&1 | Out-String
            $verbose | Should -Match $database
            $verbose | Should -Not -Match ([regex]::Escape($secret))
        }

        It 'imports nothing with -WhatIf' {
            $base | Import-HartModel -WhatIf | Should -BeNullOrEmpty
            Get-HartModel | Should -BeNullOrEmpty
        }

        It 'imports from the pipeline, each content once' {
            $results = $base.FullName, $tuned | Get-Item | Import-HartModel
            $results.Status | Should -Be 'Complete', 'Complete'
            $results[0].Store | Should -Be (Get-HartStore).Path
            $results[1].ReusedAtoms | Should -BeGreaterThan 0
            ($base | Import-HartModel).Status | Should -Be 'Unchanged'
        }

        It 'shows models, tensors, jobs and what was saved' {
            (Get-HartModel).Name | Should -Be 'base', 'tuned'
            (Get-HartModel base | Get-HartTensor).Name | Should -Be 'a.weight', 'b.weight'
            (Get-HartIngestionJob).Count | Should -Be 2
            (Measure-HartStore).Models | Should -Be 2
            (Measure-HartStore).BytesStored | Should -BeLessThan (Measure-HartStore).BytesImported
        }

        It 'compares' {
            (Compare-HartModel base tuned).Tensors | Where-Object Status -ne 'Identical' | ForEach-Object Name | Should -Be 'b.weight'
        }

        It 'gives the very files back' {
            $out = New-Item -ItemType Directory (Join-Path $TestDrive 'exported')
            Get-HartModel | Export-HartModel -Destination $out | Out-Null
            (Get-FileHash (Join-Path $out 'base.safetensors')).Hash | Should -Be (Get-FileHash $base).Hash
            (Get-FileHash (Join-Path $out 'tuned.safetensors')).Hash | Should -Be (Get-FileHash $tuned).Hash
        }

        It 'keeps tenants apart and to their quotas' {
            New-HartTenant acme -MaxBytes 1MB | Out-Null
            $failure = $null
            Import-HartModel $base -Tenant acme -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure[0].FullyQualifiedErrorId | Should -Match '^QUOTA_BYTES,'
            Set-HartTenant acme -MaxBytes 100MB | Out-Null
            (Get-HartIngestionJob -Tenant acme | Resume-HartIngestionJob).Status | Should -Be 'Complete'
            (Get-HartModel -Tenant acme).Name | Should -Be 'base'
            (Get-HartModel -Tenant acme).Count | Should -Be 1
            Remove-HartTenant acme -Force -Confirm:$false
            (Get-HartTenant).Name | Should -Be 'default'
        }

        It 'queues jobs and works on them' {
            New-HartIngestionJob $tuned -Name later -WhatIf | Should -BeNullOrEmpty
            $job = New-HartIngestionJob $tuned -Name later
            $job.Status | Should -Be 'Pending'
            (Get-HartIngestionJob $job.JobId).Status | Should -Be 'Pending'
            Start-HartIngestionWorker -UntilEmpty -WhatIf | Should -BeNullOrEmpty
            $done = Start-HartIngestionWorker -UntilEmpty
            $done.Model | Should -Be 'later'
            (Get-HartIngestionJob $job.JobId).Status | Should -Be 'Complete'
        }

        It 'has workers that go on when a job fails' {
            $gone = Join-Path $TestDrive 'gone.safetensors'
            Copy-Item -LiteralPath $tuned -Destination $gone
            $bad, $good = $gone, $tuned | ForEach-Object { New-HartIngestionJob $_ -Name "queued-$(Split-Path $_ -LeafBase)" }
            Remove-Item -LiteralPath $gone
            $failures = $null
            $done = Start-HartIngestionWorker -UntilEmpty -ErrorAction SilentlyContinue -ErrorVariable failures
            $done.JobId | Should -Be $good.JobId
            $failures[0].FullyQualifiedErrorId | Should -Be 'FILE_NOT_FOUND,Hartonomous.Commands.StartHartIngestionWorkerCommand'
            $failures[0].TargetObject | Should -Be $bad.JobId
            (Get-HartIngestionJob $bad.JobId).ErrorCode | Should -Be 'FILE_NOT_FOUND'
        }

        It 'has a queue; a folder has none' {
            $folder = Join-Path $TestDrive 'folder'
            Import-HartModel $base -Connection $folder | Out-Null
            { New-HartIngestionJob $base -Connection $folder -ErrorAction Stop } |
                Should -Throw -ErrorId 'QUEUE_UNSUPPORTED,Hartonomous.Commands.NewHartIngestionJobCommand'
            { Start-HartIngestionWorker -UntilEmpty -Connection $folder } |
                Should -Throw -ErrorId 'QUEUE_UNSUPPORTED,Hartonomous.Commands.StartHartIngestionWorkerCommand'
        }

        It 'copies models to a folder and back, each content once' {
            $folder = Join-Path $TestDrive 'copies'
            Copy-HartModel base -Destination $folder -WhatIf | Should -BeNullOrEmpty
            $there = 'base', 'tuned' | Copy-HartModel -Destination $folder
            $there.Status | Should -Be 'Complete', 'Complete'
            $there[1].ReusedAtoms | Should -BeGreaterThan 0
            $back = Copy-HartModel base -Connection $folder -Destination (Get-HartStore) -NewName 'base-again'
            $back.NewAtoms | Should -Be 0
            Export-HartModel base-again -Destination (Join-Path $TestDrive 'again.safetensors') | Out-Null
            (Get-FileHash (Join-Path $TestDrive 'again.safetensors')).Hash | Should -Be (Get-FileHash $base).Hash
        }

        It 'removes, gives space back, and proves itself' {
            Remove-HartModel later -WhatIf
            (Get-HartModel later).Name | Should -Be 'later'
            Get-HartModel | Where-Object Name -ne 'base' | Remove-HartModel -Confirm:$false
            (Get-HartModel).Name | Should -Be 'base'
            (Optimize-HartStore -Confirm:$false).ReclaimedBytes | Should -BeGreaterThan 0
            Test-HartStore -Full | Should -BeTrue
        }

        It 'is used by -Connection in parallel runspaces' {
            $connection = Connect-HartStore @target -PassThru
            $modulePath = $env:HARTONOMOUS_TEST_MODULE
            1..3 | ForEach-Object -Parallel {
                Import-Module $using:modulePath
                (Get-HartModel -Connection $using:connection).Name
            } | Should -Be 'base', 'base', 'base'
        }
    }

    Context 'of kin' {
        BeforeAll {
            Connect-HartStore @target
            $samples = Resolve-Path (Join-Path $PSScriptRoot '../../samples')
            $null = Import-HartModel "$samples/tiny-base.safetensors", "$samples/tiny-finetune.safetensors"
            $up = 'model.layers.0.mlp.up_proj.weight'
        }

        It 'has no spatial keys before they are made' {
            $failures = $null
            Find-HartSimilarAtom tiny-base lm_head.weight -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
            $failures[0].FullyQualifiedErrorId | Should -Be 'SPATIAL_NO_KEYS,Hartonomous.Commands.FindHartSimilarAtomCommand'
            Invoke-HartSpatialize -WhatIf | Should -BeNullOrEmpty
            { Measure-HartLocality } | Should -Throw '*SPATIAL_NO_KEYS*'
        }

        It 'makes keys once, finds what is similar, and tells the lineage' {
            $report = Invoke-HartSpatialize
            $report.Sketches | Should -BeGreaterThan 0
            $report.Failures | Should -Be 0
            (Invoke-HartSpatialize).Sketches | Should -Be 0
            $similar = Find-HartSimilarAtom tiny-base $up -InModel tiny-finetune -Top 1
            $similar.Model | Should -Be 'tiny-finetune'
            $similar.Name | Should -Be $up
            ($similar | Format-Table | Out-String) | Should -Match '(?m)^.*\bSimilarity\b'
            $lineage = Get-HartLineage tiny-finetune
            $lineage[0].Relative | Should -Be 'tiny-base'
            $lineage[0].Layers | Should -Not -BeNullOrEmpty
            (Measure-HartLocality)[0].Sketches | Should -Be $report.Sketches
        }

        It 'keeps scores' {
            Get-HartTensorScore tiny-base | Should -BeNullOrEmpty
            $null = Measure-HartTensor -Model tiny-base -Score Magnitude -Save -WhatIf
            Get-HartTensorScore tiny-base | Should -BeNullOrEmpty
            $scores = Measure-HartTensor -Model tiny-base -Score Magnitude -Save
            $stored = Get-HartTensorScore tiny-base
            $stored.Name | Should -Be $scores.Name
            $stored.Mean | Should -Be $scores.Mean
            (Get-HartTensor tiny-base $up | Get-HartTensorScore).Name | Should -Be $up
        }

        It 'keeps factors, and puts tensors together from them' {
            $before = (Measure-HartStore).BytesStored
            (Compress-HartTensor tiny-base -Name lm_head.weight -MinElements 1 -Rank 8 -WhatIf).IsTrial | Should -BeTrue
            (Measure-HartStore).BytesStored | Should -Be $before
            $result = Compress-HartTensor tiny-base -Name lm_head.weight -MinElements 1 -Rank 8 -FactorType BF16
            $result.Status | Should -Be 'Compressed'
            $result.BytesAfter | Should -Be ((288 + 64) * 8 * 2)
            (Measure-HartStore).BytesStored | Should -Be ($before + $result.BytesAfter)
            (Expand-HartTensor tiny-base -OutFile (Join-Path $TestDrive 'expanded.safetensors')).Rank | Should -Be 8
        }

        It 'makes sparse models beside the dense ones' {
            ConvertTo-HartSparseModel tiny-base sparse -WhatIf | Out-Null
            (Get-HartModel).Name | Should -Not -Contain 'sparse'
            $made = ConvertTo-HartSparseModel tiny-base sparse
            $made.Pattern | Should -Be '2:4'
            $made.Sparsity | Should -BeGreaterOrEqual 0.5
            $values = (Get-HartTensorData -Model sparse -Name $up).Values
            foreach ($i in 0..63) { ($values[(4 * $i)..(4 * $i + 3)] -ne 0).Count | Should -BeLessOrEqual 2 }
            (Get-HartTensorData -Model tiny-base -Name $up).Values -ne 0 | Should -HaveCount (Get-HartTensorData -Model tiny-base -Name $up).Values.Count
        }

        It 'prunes what nobody else has, and export says so' {
            $before = Get-HartTensor tiny-finetune
            $listed = Remove-HartAtom tiny-finetune -Name '*' -WhatIf
            $listed.Status | Sort-Object -Unique | Should -Be 'Kept', 'WouldPrune'
            Get-HartTensor tiny-finetune | Where-Object PrunedFrom | Should -BeNullOrEmpty
            (Get-HartTensor tiny-finetune).Sha256 | Should -Be $before.Sha256
            $pruned = Remove-HartAtom tiny-finetune -Name '*' -Confirm:$false
            ($pruned | Where-Object Status -EQ Pruned).Tensor | Should -Be ($listed | Where-Object Status -EQ WouldPrune).Tensor
            $out = Join-Path $TestDrive 'pruned.safetensors'
            $failures = $null
            Export-HartModel tiny-finetune $out -ErrorVariable failures -ErrorAction SilentlyContinue
            $failures[0].FullyQualifiedErrorId | Should -Be 'EXPORT_PRUNED,Hartonomous.Commands.ExportHartModelCommand'
            $file = Export-HartModel tiny-finetune $out -Pruned Zeros -WarningAction SilentlyContinue
            $file.PrunedTensors | Should -Be ($pruned | Where-Object Status -EQ Pruned).Tensor
            Export-HartModel tiny-base (Join-Path $TestDrive 'tiny-base.safetensors') | Out-Null
            (Get-FileHash (Join-Path $TestDrive 'tiny-base.safetensors')).Hash | Should -Be (Get-FileHash "$samples/tiny-base.safetensors").Hash
            Test-HartStore -Full | Should -BeTrue
        }
    }

    Context 'in a default view' {
        It 'shows scripts in columns that are not cut off' {
            $view = Test-HartSchema @target -Detailed | Format-Table | Out-String -Width 160
            $view | Should -Match '(?m)^Name +Kind +State +Detail'
            $view | Should -Match 'Migrations/0001_tables\.sql +Migration +Applied'
        }
    }
}
