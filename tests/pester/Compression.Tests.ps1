BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $samples = Resolve-Path (Join-Path $PSScriptRoot '../../samples')
    $store = Join-Path $TestDrive 'store'
    Connect-HartStore $store
    $null = Import-HartModel "$samples/tiny-base.safetensors", "$samples/tiny-finetune.safetensors"
}

AfterAll {
    Disconnect-HartStore
}

Describe 'Compress-HartTensor' {
    It 'computes and stores nothing with -WhatIf' {
        $before = (Measure-HartStore).BytesStored
        $results = Compress-HartTensor tiny-base -Name *mlp* -MinElements 1 -Rank 8 -DropOriginal -WhatIf
        $results.Count | Should -BeGreaterThan 1
        $results[0].IsTrial | Should -BeTrue
        (Measure-HartStore).BytesStored | Should -Be $before
    }

    It 'stores factors and says what they cost' {
        $result = Compress-HartTensor tiny-base -Name lm_head.weight -MinElements 1 -Rank 8 -FactorType BF16
        $result.Status | Should -Be 'Compressed'
        $result.Rank | Should -Be 8
        $result.BytesAfter | Should -Be ((288 + 64) * 8 * 2)
        $result.RelativeError | Should -BeGreaterThan 0
        (Get-HartModel tiny-base | Compress-HartTensor).Status | Sort-Object -Unique | Should -Be 'TooSmall'
    }

    It 'takes tensors from the pipeline, those alone, on as many threads as it may' {
        $results = Get-HartTensor tiny-base '*layers.0.mlp.up*', '*layers.1.mlp.up*' |
            Compress-HartTensor -MinElements 1 -Rank 4 -ThrottleLimit 1 -WhatIf -InformationVariable told
        $results.Name | Should -Be ('model.layers.0.mlp.up_proj.weight', 'model.layers.1.mlp.up_proj.weight')
        $told.MessageData | Should -Contain '2 of 2 tensors of tiny-base would be compressed.'
    }

    It 'leaves alone what misses its bound' {
        $result = Compress-HartTensor tiny-base -Name lm_head.weight -MinElements 1 -MaxError 0.0001
        $result.Status | Should -Be 'BoundMissed'
        $result.BytesAfter | Should -BeNullOrEmpty
    }

    It 'names a model that is not there' {
        { Compress-HartTensor tiny-base -Against absent } | Should -Throw -ErrorId 'MODEL_NOT_FOUND,Hartonomous.Commands.CompressHartTensorCommand'
    }
}

Describe 'Expand-HartTensor' {
    It 'writes a file' {
        $null = Compress-HartTensor tiny-finetune -Name *layers.1.mlp.down* -Against tiny-base -MinElements 1 -Rank 4
        $tensors = Expand-HartTensor tiny-finetune -OutFile "$TestDrive/x.safetensors"
        (Get-HartTensorInfo "$TestDrive/x.safetensors" -Hash).Sha256 | Sort-Object | Should -Be ($tensors.Sha256 | Sort-Object)
    }

    It 'stores a model that is exported only on request' {
        $null = Expand-HartTensor tiny-finetune -NewModel rebuilt
        Export-HartModel rebuilt "$TestDrive/r.safetensors" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'EXPORT_RECONSTRUCTED,Hartonomous.Commands.ExportHartModelCommand'
        $file = Export-HartModel rebuilt "$TestDrive/r.safetensors" -AllowReconstructed -WarningAction SilentlyContinue
        $file.IsReconstructed | Should -BeTrue
        (Get-HartModelFile "$TestDrive/r.safetensors").Metadata.Keys | Should -Contain 'hartonomous.reconstructed'
    }

    It 'drops originals without a question where none is wanted' {
        $results = Compress-HartTensor tiny-finetune -Name *layers.1.mlp.down* -Against tiny-base -MinElements 1 -Rank 4 -DropOriginal -Confirm:$false
        $results.IsDropped | Should -Not -Contain $false
        $again = Import-HartModel "$samples/tiny-finetune.safetensors" -Name forced
        (Compress-HartTensor $again.Model -Name *layers.1.mlp.down* -Against tiny-base -MinElements 1 -Rank 4 -DropOriginal -Force).IsDropped | Should -BeTrue
        Test-HartStore -Full | Should -BeTrue
    }
}
