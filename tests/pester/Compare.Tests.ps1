BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $store = Join-Path $TestDrive 'store'
    Connect-HartStore $store
    $tensors = [ordered] @{ 'blk.0.attn_q.weight' = 4096; 'blk.1.ffn_up.weight' = 1024 }
    $st = New-SafeTensorsFile (Join-Path $TestDrive 'plain.safetensors') $tensors
    $outside = New-SafeTensorsFile (Join-Path $TestDrive 'outside.safetensors') $tensors -Seed 2
    $null = Import-HartModel $st
}

AfterAll {
    Disconnect-HartStore
}

Describe 'Compare-HartModel' {
    It 'compares a stored model with its file' {
        $result = Compare-HartModel plain $st
        "$($result.Verdict)" | Should -Be 'Copy'
        $result.Identical | Should -Be 2
        $result.Tensors.Name | Should -Be ('blk.0.attn_q.weight', 'blk.1.ffn_up.weight')
        ($result | Format-Table | Out-String) | Should -Match 'Copy'
    }

    It 'takes models from the pipeline and filters tensors' {
        $result = Get-HartModel plain | Compare-HartModel $outside -Tensor *attn*
        $result.Tensors.Count | Should -Be 1
        "$($result.Tensors[0].Status)" | Should -Be 'ValueChanged'
    }

    It 'reports a model that is not there' {
        Compare-HartModel plain absent -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'MODEL_NOT_FOUND,Hartonomous.Commands.CompareHartModelCommand'
    }
}

Describe 'Export-HartModel of parts' {
    It 'writes a selection' {
        $file = Export-HartModel plain -Tensor *ffn* -Destination "$TestDrive/part.safetensors"
        (Get-HartTensorInfo $file.Path -Hash).Sha256 | Should -Be (Get-HartTensor plain -Name *ffn*).Sha256
    }

    It 'writes shards that are the same model' {
        $files = Export-HartModel plain -ShardSize 16KB -Destination "$TestDrive/shards"
        ($files.Path | Split-Path -Leaf) | Should -Be (
            'plain-00001-of-00002.safetensors', 'plain-00002-of-00002.safetensors', 'model.safetensors.index.json')
        "$((Compare-HartModel plain "$TestDrive/shards").Verdict)" | Should -Be 'Copy'
    }
}

Describe 'Import-HartModel -InPlace' {
    It 'refers to the tensors until they are absorbed' {
        (Import-HartModel $outside -InPlace).InPlaceBytes | Should -Be (4 * 5120)
        (Measure-HartStore).BytesInPlace | Should -Be (4 * 5120)
        Update-HartModel outside -Absorb -WhatIf | Should -BeNullOrEmpty
        (Get-HartModel outside | Update-HartModel -Absorb).AbsorbedBytes | Should -Be (4 * 5120)
        (Measure-HartStore).BytesInPlace | Should -Be 0
        Test-HartStore -Full | Should -BeTrue
    }

    It 'names a file that is gone' {
        $gone = New-SafeTensorsFile (Join-Path $TestDrive 'gone.safetensors') @{ w = 64 } -Seed 3
        $null = Import-HartModel $gone -InPlace
        Remove-Item $gone
        Export-HartModel gone -Destination "$TestDrive/back.safetensors" -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'IN_PLACE_SOURCE_MISSING,Hartonomous.Commands.ExportHartModelCommand'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        Test-HartStore -WarningAction SilentlyContinue | Should -BeFalse
    }
}
