BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $models = New-Item -ItemType Directory (Join-Path $TestDrive 'models')
    $a = New-SafeTensorsFile (Join-Path $models 'a.safetensors') ([ordered] @{ 'blk.0.attn_q.weight' = 4096; 'blk.0.ffn_up.weight' = 2048 })
    $b = New-SafeTensorsFile (Join-Path $models 'b.safetensors') ([ordered] @{ 'blk.0.attn_q.weight' = 4096; 'other' = 1024 }) -Seed 2
    Copy-Item $a (Join-Path $models 'c.safetensors')
    $store = Join-Path $TestDrive 'store'
    Connect-HartStore $store
    Import-HartModel $a, $b | Out-Null
    Import-HartModel (Join-Path $models 'c.safetensors') | Out-Null
}

AfterAll {
    Disconnect-HartStore
}

Describe 'Spatial keys' {
    It 'are missed before they are made' {
        Find-HartSimilarAtom a blk.0.attn_q.weight -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be 'SPATIAL_NO_KEYS,Hartonomous.Commands.FindHartSimilarAtomCommand'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'are not made with -WhatIf' {
        Invoke-HartSpatialize -WhatIf | Should -BeNullOrEmpty
        { Measure-HartLocality } | Should -Throw '*SPATIAL_NO_KEYS*'
    }

    It 'are made once for each content' {
        $report = Invoke-HartSpatialize
        $report.Sketches | Should -Be 4
        $report.Failures | Should -Be 0
        (Invoke-HartSpatialize).Sketches | Should -Be 0
    }

    It 'find the twin of a stored tensor, of a file''s tensor and of a key' {
        $twin = Find-HartSimilarAtom a blk.0.attn_q.weight -Top 1
        $twin | Should -BeOfType Hartonomous.HartSimilarTensor
        $twin.Model | Should -Be 'c'
        $twin.IsIdentical | Should -BeTrue
        $twin.IsCertain | Should -BeTrue
        $ofFile = Get-HartTensorInfo $a | Where-Object Name -EQ 'blk.0.ffn_up.weight' | Find-HartSimilarAtom -MinSimilarity 0.9
        $ofFile.Model | Sort-Object | Should -Be ('a', 'c')
        (Get-HartTensor a 'blk.0.attn_q.weight' | Find-HartSimilarAtom -Top 1 -Refine).WeightSimilarity | Should -BeGreaterThan 0.999
        (Find-HartSimilarAtom -Path "$models/[ab].*" -Tensor blk.0.attn_q.weight -Top 1 -ThrottleLimit 1).SearchedModel | Should -Be ("a", "b")
        (Get-Item $a | Find-HartSimilarAtom -Tensor blk.0.attn_q.weight -Top 1).SearchedModel | Should -Be "a"
        (Find-HartSimilarAtom -AtomId $twin.TensorAtomId -InModel a -Top 1).Name | Should -Be 'blk.0.attn_q.weight'
    }

    It 'tell the lineage of models' {
        $lineage = Get-HartLineage a
        $lineage[0].Relative | Should -Be 'c'
        $lineage[0].Verdict | Should -Be 'Same'
        $lineage[0].Layers.Kinship | Select-Object -Unique | Should -Be 'Identical'
        (Get-HartLineage b).Verdict | Should -Be 'Unrelated'
    }

    It 'are measured' {
        $report = Measure-HartLocality -Curve Hilbert3D, Morton3D -Neighbor 2
        $report.Curve | Should -Be ('Hilbert3D', 'Morton3D')
        $report[0].Sketches | Should -Be 4
    }
}
