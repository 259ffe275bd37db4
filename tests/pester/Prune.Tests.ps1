BeforeAll {
    . $PSScriptRoot/TestFiles.ps1

    # A SafeTensors file of F32 matrices of 8 x 32 values, all of them the given one but for their signs.
    function New-MatrixFile {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
        param([string] $Path, [System.Collections.IDictionary] $Tensors)
        $data = [System.IO.MemoryStream]::new()
        $entries = foreach ($name in $Tensors.Keys) {
            $begin = $data.Length
            foreach ($i in 0..255) { $data.Write([BitConverter]::GetBytes([float] ($Tensors[$name] + $i / 1000))) }
            '"{0}":{{"dtype":"F32","shape":[8,32],"data_offsets":[{1},{2}]}}' -f $name, $begin, $data.Length
        }
        $header = [Text.Encoding]::UTF8.GetBytes('{' + ($entries -join ',') + '}')
        [IO.File]::WriteAllBytes($Path, [BitConverter]::GetBytes([uint64] $header.Length) + $header + $data.ToArray())
        Get-Item -LiteralPath $Path
    }

    $up = 'model.layers.0.mlp.up_proj.weight'
    $query = 'model.layers.0.self_attn.q_proj.weight'
    $script:number = 0

    function New-Family {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
        param()
        $script:number++
        $store = Join-Path $TestDrive "store$script:number"
        $base = New-MatrixFile (Join-Path $TestDrive 'base.safetensors') ([ordered] @{ $up = 0.01; $query = 2 })
        $tuned = New-MatrixFile (Join-Path $TestDrive 'tuned.safetensors') ([ordered] @{ $up = 0.5; $query = 2 })
        $null = $base, $tuned | Import-HartModel -Connection $store
        $store
    }
}

Describe 'Measure-HartTensor -Score' {
    It 'scores, stores and lists' {
        $store = New-Family
        $scores = Measure-HartTensor -Model base -Connection $store -Score Magnitude -Save
        $scores.Name | Should -Be ($up, $query)
        $scores[1].Mean | Should -BeGreaterThan 2
        $scores[0].RowMeans.Count | Should -Be 8
        $stored = Get-HartTensorScore base -Connection $store
        $stored.Mean | Should -Be $scores.Mean
        $stored[0].Score | Should -Be 'Magnitude'
        (Get-HartTensor base $query -Connection $store | Get-HartTensorScore).Name | Should -Be $query
        (Get-HartTensorScore base -Name '*q_proj*' -Score Wanda -Connection $store) | Should -BeNullOrEmpty
    }

    It 'scores tensors of files with gradients' {
        $file = New-MatrixFile (Join-Path $TestDrive 'w.safetensors') ([ordered] @{ w = 1 })
        (Measure-HartTensor $file -Score Gradient -GradientPath $file)[0].Mean | Should -BeGreaterThan 1
        Measure-HartTensor $file -Score Gradient -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be 'SCORE_INPUT,Hartonomous.Commands.MeasureHartTensorCommand'
    }
}

Describe 'Remove-HartAtom' {
    It 'lists with -WhatIf what would go and changes nothing' {
        $store = New-Family
        $null = Measure-HartTensor -Model base -Connection $store -Score Magnitude -Save
        $before = Get-ChildItem $store -Recurse -File | Get-FileHash | ForEach-Object { "$($_.Path) $($_.Hash)" }
        $listed = Remove-HartAtom base -Score Magnitude -LowestPercent 100 -Connection $store -WhatIf
        $listed.Status | Should -Be ('WouldPrune', 'Kept')
        $listed[0].FreedBytes | Should -Be 1024
        Get-ChildItem $store -Recurse -File | Get-FileHash | ForEach-Object { "$($_.Path) $($_.Hash)" } | Should -Be $before
    }

    It 'prunes what nobody else has, and export says so' {
        $store = New-Family
        $pruned = Remove-HartAtom base -Name '*' -Connection $store -Confirm:$false
        ($pruned | Where-Object Status -EQ Pruned).Tensor | Should -Be $up
        ($pruned | Where-Object Status -EQ Kept).Tensor | Should -Be $query
        (Get-HartTensor base -Name $up -Connection $store).PrunedFrom | Should -Be $pruned[0].Sha256
        $out = Join-Path $TestDrive 'out.safetensors'
        Export-HartModel base -Destination $out -Connection $store -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'EXPORT_PRUNED,Hartonomous.Commands.ExportHartModelCommand'
        $file = Export-HartModel base -Destination $out -Pruned Zeros -Connection $store -WarningVariable warnings -WarningAction SilentlyContinue
        $file.PrunedTensors | Should -Be $up
        $warnings.Count | Should -Be 1
        (Get-HartTensorData $out -Name $up -First 3).Values | Should -Be (0, 0, 0)
        (Get-HartModelFile $out).Metadata['hartonomous.pruned'] | Should -BeLike '{"as":"zeros"*'
        Test-HartStore -Connection $store -Full | Should -BeTrue
    }
}

Describe 'ConvertTo-HartSparseModel' {
    It 'makes a 2:4 model and leaves the source' {
        $store = New-Family
        $made = ConvertTo-HartSparseModel base sparse -Connection $store
        $made.Sparsity | Should -Be 0.5
        $made.Pattern | Should -Be '2:4'
        $values = (Get-HartTensorData -Model sparse -Name $up -Connection $store).Values
        foreach ($i in 0..63) { ($values[(4 * $i)..(4 * $i + 3)] -ne 0).Count | Should -Be 2 }
        (Get-HartTensorData -Model base -Name $up -Connection $store).Values -contains 0 | Should -BeFalse
    }

    It 'takes models from the pipeline, and names from a script block' {
        $store = New-Family
        $made = Get-HartModel -Connection $store | ConvertTo-HartSparseModel -NewName { "$($_.Name)-half" } -Pattern 50% -ThrottleLimit 1
        $made.Model | Should -Be ('base-half', 'tuned-half')
        $made.Sparsity | Should -Be (0.5, 0.5)
    }
}

Describe 'The maintenance script' {
    BeforeAll {
        $script = Join-Path $PSScriptRoot '../../examples/Invoke-HartMaintenance.ps1'

        function Invoke-Maintenance([hashtable] $Parameters) {
            $words = $Parameters.GetEnumerator() | ForEach-Object { "-$($_.Key)"; $_.Value }
            $null = & $Pwsh -NoProfile -NonInteractive -File $script -Module $env:HARTONOMOUS_TEST_MODULE @words
            $LASTEXITCODE
        }
    }

    It 'scores, prunes, compresses, optimizes and verifies a family unattended' {
        $store = New-Family
        $log = Join-Path $TestDrive 'night.log'
        Invoke-Maintenance @{ Store = $store; LowestPercent = '50'; UnusedFor = '00:00:00'; MaxError = '0.1'; LogPath = $log } | Should -Be 0
        $lines = Get-Content $log
        $lines -match 'prune: base: model\.layers\.0\.mlp\.up_proj\.weight: 1024 bytes' | Should -HaveCount 1
        $lines -match 'compress: \d+ \w+' | Should -Not -BeNullOrEmpty
        $lines[-1] | Should -BeLike '*verify: 0 findings'
        (Measure-HartStore -Connection $store).PrunedTensors | Should -Be 2
        (Measure-HartStore -Connection $store).BytesReclaimable | Should -Be 0
        (Get-HartTensorData -Model tuned -Name $query -First 1 -Connection $store).Values | Should -Be 2
        Test-HartStore -Connection $store -Full | Should -BeTrue
    }

    It 'ends with 2 where the store is damaged, and with 1 where there is none' {
        $store = New-Family
        $pack = Get-ChildItem (Join-Path $store packs) -File | Select-Object -First 1
        $bytes = [IO.File]::ReadAllBytes($pack.FullName)
        $bytes[200] = $bytes[200] -bxor 255
        [IO.File]::WriteAllBytes($pack.FullName, $bytes)
        Invoke-Maintenance @{ Store = $store } | Should -Be 2
        Invoke-Maintenance @{ Store = (Join-Path $TestDrive 'nothing') } | Should -Be 1
    }
}
