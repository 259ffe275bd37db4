BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $store = Join-Path $TestDrive 'store'
    Connect-HartStore $store
    $file = New-SafeTensorsFile (Join-Path $TestDrive 'plain.safetensors') ([ordered] @{ 'blk.0.attn_q.weight' = 64; 'odd name' = 64 })
    $null = Import-HartModel $file
    $null = New-HartTenant lab -MaxBytes 1 -Description 'the lab'
    Import-HartModel $file -Tenant lab -ErrorAction SilentlyContinue

    function Complete([string] $Line) {
        (TabExpansion2 $Line -cursorColumn $Line.Length).CompletionMatches.CompletionText
    }
}

AfterAll {
    Disconnect-HartStore
}

Describe 'Completion' {
    It 'of tensors takes the stored models of the command line' {
        Complete 'Get-HartTensor plain -Name ' | Should -Be ('blk.0.attn_q.weight', "'odd name'")
        Complete 'Get-HartTensor plain -Name blk' | Should -Be 'blk.0.attn_q.weight'
        Complete 'Measure-HartTensor -Model plain -Name odd' | Should -Be "'odd name'"
        Complete 'Get-HartTensor absent -Name ' | Should -BeNullOrEmpty
    }

    It 'of tensors takes the file of the command line' {
        Complete "Get-HartTensorInfo '$file' -Name bl" | Should -Be 'blk.0.attn_q.weight'
        Complete "Get-HartTensorInfo '$TestDrive/absent.gguf' -Name bl" | Should -BeNullOrEmpty
        Push-Location $TestDrive
        try {
            Complete 'Get-HartTensorInfo ./plain.safetensors -Name bl' | Should -Be 'blk.0.attn_q.weight'
        }
        finally {
            Pop-Location
        }
    }

    It 'of tenants' {
        Complete 'Get-HartModel -Tenant ' | Should -Be ('default', 'lab')
        Complete 'Set-HartTenant l' | Should -Be 'lab'
        Complete "Connect-HartStore '$store' -Tenant l" | Should -Be 'lab'
    }

    It 'of jobs takes those that the cmdlet can do something with' {
        $failed = (Get-HartIngestionJob -Tenant lab).JobId
        Complete 'Get-HartIngestionJob -Tenant lab -JobId ' | Should -Be "$failed"
        Complete 'Resume-HartIngestionJob -Tenant lab -JobId ' | Should -Be "$failed"
        Complete 'Stop-HartIngestionJob -Tenant lab -JobId ' | Should -BeNullOrEmpty
        Complete 'Resume-HartIngestionJob -JobId ' | Should -BeNullOrEmpty
        Complete 'Get-HartIngestionJob -Model pl' | Should -Be 'plain'
    }

    It 'of values that are few' {
        Complete 'Get-HartIngestionJob -Status Fa' | Should -Be 'Failed'
        Complete 'Import-HartModel x -Granularity R' | Should -Be 'Row'
        Complete 'Get-HartTensor plain -LayerType Atten' | Should -Be 'Attention'
        Complete 'Find-HartSimilarAtom plain x -Strategy H' | Should -Be 'Hilbert3D'
        Complete 'Measure-HartTensor x -Score W' | Should -Be 'Wanda'
        Complete 'Compress-HartTensor plain -FactorType BF' | Should -Be 'BF16'
        Complete 'ConvertTo-HartSparseModel plain thin -Dtype Q8' | Should -Be 'Q8_0'
        Complete 'ConvertTo-HartSparseModel plain thin -Pattern ' | Should -Be ('2:4', '4:8', "'50%'", "'rows:25%'")
    }

    It 'of models, tensors and atoms of the cmdlets of search, pruning and compression' {
        foreach ($command in 'Compress-HartTensor', 'Expand-HartTensor', 'Get-HartTensorScore', 'Remove-HartAtom', 'ConvertTo-HartSparseModel') {
            Complete "$command pl" | Should -Be 'plain' -Because $command
            Complete "$command plain -Name odd" | Should -Be "'odd name'" -Because $command
        }
        Complete 'Find-HartSimilarAtom plain -Tensor blk' | Should -Be 'blk.0.attn_q.weight'
        Complete 'Find-HartSimilarAtom plain x -InModel pl' | Should -Be 'plain'
        Complete 'Compress-HartTensor plain -Against pl' | Should -Be 'plain'
        $keys = (Get-HartTensor plain).TensorAtomId | ForEach-Object ToString
        Complete 'Find-HartSimilarAtom -AtomId ' | Should -Be $keys
        (TabExpansion2 'Find-HartSimilarAtom -AtomId ').CompletionMatches[0].ToolTip | Should -Be 'plain: blk.0.attn_q.weight'
    }

    It 'leaves no file of the store open' {
        $copy = Join-Path $TestDrive 'copy'
        Copy-Item -LiteralPath $store -Destination $copy -Recurse
        Complete "Get-HartModel -Connection '$copy' pl" | Should -Be 'plain'
        Remove-Item -LiteralPath $copy -Recurse
        Test-Path $copy | Should -BeFalse
    }
}

Describe 'The streams' {
    It 'tell what was done, to those who listen' {
        $null = Import-HartModel $file -Name told -InformationVariable told -Verbose 4>&1
        $told.MessageData | Should -Match '^Imported .* as told'
        $told.Tags | Should -Contain 'Hartonomous'
        Remove-HartModel told -Confirm:$false -InformationVariable told
        $told.MessageData | Should -Match '^Removed told'
        $verbose = Import-HartModel $file -Name told -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        ($verbose.Message -join "`n") | Should -Match 'SafeTensors with 2 tensors'
    }
}

Describe 'Paths of other providers' {
    It 'are refused with what to do' {
        Push-Location Variable:
        try {
            { Connect-HartStore ./x -ErrorAction Stop } | Should -Throw -ErrorId 'PATH_PROVIDER,*'
            { Export-HartModel plain -Destination ./x -Connection $store -ErrorAction Stop } | Should -Throw
            { Get-HartTensorData -Model plain -OutFile x.npy -ErrorAction Stop } | Should -Throw -ErrorId 'PATH_PROVIDER,*'
            { Expand-HartTensor plain -OutFile ./x.safetensors -Connection $store } | Should -Throw -ErrorId 'PATH_PROVIDER,*'
            { ConvertTo-HartSparseModel plain thin -ImatrixPath ./x -Connection $store } | Should -Throw -ErrorId 'PATH_PROVIDER,*'
            { Measure-HartTensor -Model plain -Score Gradient -GradientPath ./x -Connection $store } | Should -Throw -ErrorId 'PATH_PROVIDER,*'
        }
        finally {
            Pop-Location
        }
    }
}
