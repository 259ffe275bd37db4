BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $store = Join-Path $TestDrive 'store'
    Connect-HartStore $store
    $tensors = [ordered] @{ 'blk.0.attn_q.weight' = 4096; 'blk.1.ffn_up.weight' = 1024 }
    $st = New-SafeTensorsFile (Join-Path $TestDrive 'plain.safetensors') $tensors
    $null = Import-HartModel $st, $Gguf
    $null = Import-HartModel $st -Name 'it''s a [v2] copy'
}

AfterAll {
    Disconnect-HartStore
}

Describe 'Get-HartModel' {
    It 'lists models by name and wildcard, whatever the case' {
        (Get-HartModel).Count | Should -Be 3
        (Get-HartModel PLAIN).Name | Should -Be 'plain'
        (Get-HartModel p*, q*).Name | Should -Be ('plain', 'quant-reference')
        (Get-HartModel 'it''s a [v2] copy').TensorCount | Should -Be 2
        Get-HartModel z* | Should -BeNullOrEmpty
    }

    It 'reports a name that is not there' {
        (Get-HartModel absent, plain -ErrorVariable errors -ErrorAction SilentlyContinue).Name | Should -Be 'plain'
        $errors[0].FullyQualifiedErrorId | Should -Be 'MODEL_NOT_FOUND,Hartonomous.Commands.GetHartModelCommand'
        $errors[0].TargetObject | Should -Be 'absent'
    }

    It 'gives the metadata as a dictionary' {
        (Get-HartModel quant-reference).Metadata['general.architecture'] | Should -Be (Get-HartModelFile $Gguf).Architecture
    }
}

Describe 'Get-HartTensor' {
    It 'lists the tensors of models, from the pipeline too' {
        (Get-HartTensor plain).Name | Should -Be ('blk.0.attn_q.weight', 'blk.1.ffn_up.weight')
        (Get-HartModel plain | Get-HartTensor).Count | Should -Be 2
        (Import-HartModel $st | Get-HartTensor).Count | Should -Be 2
    }

    It 'names a tensor that none of the models has, and writes the others' {
        $found = Get-HartTensor * absent, *attn* -ErrorVariable errors -ErrorAction SilentlyContinue
        $found | Should -Not -BeNullOrEmpty
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -Be 'TENSOR_NOT_FOUND,Hartonomous.Commands.GetHartTensorCommand'
        $errors[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'has the hashes of the content' {
        (Get-HartTensor quant-reference).Sha256 | Should -Be (Get-HartTensorInfo $Gguf -Hash).Sha256
    }

    It 'filters by name and kind of layer' {
        (Get-HartTensor plain -Name *ffn*).Name | Should -Be 'blk.1.ffn_up.weight'
        (Get-HartTensor plain -LayerType Attention, Recurrent).Name | Should -Be 'blk.0.attn_q.weight'
    }
}

Describe 'Export-HartModel' {
    It 'gives the bytes back' {
        $file = Export-HartModel quant-reference -Destination "$TestDrive/back.gguf"
        $file.Path | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'back.gguf')
        $expected = (Get-FileHash $Gguf).Hash
        ($file | Get-FileHash).Hash | Should -Be $expected
        $file.Sha256 | Should -Be $expected
    }

    It 'writes into a folder that is there, or where a script block says' {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'into')
        (Get-HartModel plain, quant-reference | Export-HartModel -Destination $folder).Path | Split-Path -Leaf |
            Should -Be ('plain.safetensors', 'quant-reference.gguf')
        $files = Get-HartModel plain, quant-reference | Export-HartModel -Destination { "$TestDrive/named/$($_.Name).bin" }
        $files.Path | Split-Path -Leaf | Should -Be ('plain.bin', 'quant-reference.bin')
    }

    It 'overwrites only with -Force' {
        $path = Join-Path $TestDrive 'taken.bin'
        Set-Content $path 'mine'
        Export-HartModel plain -Destination $path -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'OUTPUT_EXISTS,Hartonomous.Commands.ExportHartModelCommand'
        Get-Content $path | Should -Be 'mine'
        $null = Export-HartModel plain -Destination $path -Force
        (Get-FileHash $path).Hash | Should -Be (Get-FileHash $st).Hash
    }

    It 'converts with -DType' {
        $file = Export-HartModel quant-reference -Destination "$TestDrive/half.safetensors" -DType F16
        ($file | Get-FileHash).Hash | Should -Be $file.Sha256
        Get-HartTensorInfo $file.Path | Where-Object Name -notmatch '\.i\d+$' | ForEach-Object { "$($_.Dtype)" } | Sort-Object -Unique | Should -Be 'F16'
        (Get-HartModelFile $file.Path).Metadata['hartonomous.converted_from'] | Should -Be 'quant-reference'
        Export-HartModel plain -Destination "$TestDrive/x.safetensors" -DType Q8_0 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'CONVERT_FILE_KIND,Hartonomous.Commands.ExportHartModelCommand'
        { Export-HartModel plain -Destination "$TestDrive/x.gguf" -DType Q5_K } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'writes nothing with -WhatIf' {
        Export-HartModel plain -Destination "$TestDrive/whatif.bin" -WhatIf | Should -BeNullOrEmpty
        Test-Path "$TestDrive/whatif.bin" | Should -BeFalse
    }
}

Describe 'Remove-HartModel' {
    It 'removes nothing with -WhatIf' {
        $before = Get-FolderState $store
        Remove-HartModel * -WhatIf
        Get-FolderState $store | Should -Be $before
    }

    It 'removes by wildcard and leaves what others use' {
        $null = Import-HartModel $st -Name gone1
        $null = Import-HartModel $st -Name gone2
        Remove-HartModel gone* -Confirm:$false | Should -BeNullOrEmpty
        (Get-HartModel).Name | Should -Not -Contain 'gone1'
        (Get-HartModel).Name | Should -Contain 'plain'
        Test-HartStore -Full | Should -BeTrue
    }

    It 'takes a name with brackets from the pipeline, and says what it did with -PassThru' {
        $null = Import-HartModel $st -Name 'x [1]'
        $null = Import-HartModel $st -Name 'x 1'
        $removed = Get-HartModel 'x `[1`]' | Remove-HartModel -PassThru -Confirm:$false
        $removed.Model | Should -Be 'x [1]'
        $removed.TensorCount | Should -Be 2
        (Remove-HartModel 'x [1]' -PassThru -Confirm:$false).Model | Should -Be 'x 1'
    }

    It 'removes from the store that the object came from' {
        $other = Join-Path $TestDrive 'other'
        $null = Import-HartModel $st -Connection $other
        Get-HartModel -Connection $other | Remove-HartModel -Confirm:$false
        Get-HartModel -Connection $other | Should -BeNullOrEmpty
        (Get-HartModel plain).Name | Should -Be 'plain'
    }

    It 'asks before it removes' {
        $attributes = (Get-Command Remove-HartModel).ImplementingType.GetCustomAttributes($false)
        $attributes.Where({ $_ -is [System.Management.Automation.CmdletAttribute] }).ConfirmImpact | Should -Be 'High'
    }
}

Describe 'Completion' {
    It 'completes the names of stored models, quoted where needed' {
        $completions = TabExpansion2 'Get-HartModel ' -cursorColumn 14
        $completions.CompletionMatches.CompletionText | Should -Be ("'it''s a [v2] copy'", 'plain', 'quant-reference')
        (TabExpansion2 'Get-HartTensor -Model qu' -cursorColumn 24).CompletionMatches.CompletionText | Should -Be 'quant-reference'
        (TabExpansion2 'Remove-HartModel -Name ''it' -cursorColumn 26).CompletionMatches.CompletionText | Should -Be "'it''s a [v2] copy'"
    }

    It 'makes no store and shows no error where there is none' {
        $line = "Get-HartModel -Connection '$TestDrive/absent' -Name qu"
        { TabExpansion2 $line -cursorColumn $line.Length } | Should -Not -Throw
        Test-Path "$TestDrive/absent" | Should -BeFalse
    }
}

Describe 'Views' {
    It 'of <Command> shows <Expected>' -ForEach @(
        @{
            Command = 'Get-HartModelFile $Gguf'
            Expected = 'Name +Format +Architecture +Parameters +Tensors +Size'
            Row = 'quant-reference +Gguf .* 258\.\d KiB'
        }
        @{
            Command = 'Get-HartTensorInfo $Gguf -Name *q4_K*'
            Expected = 'Name +Dtype +Shape +Size +LayerType +Layer'
            Row = 'Q4_K +6\u00d71024 +3\.4 KiB'
        }
        @{
            Command = 'Get-HartModel plain'
            Expected = 'Name +Format +Architecture +Parameters +Tensors +Size'
            Row = 'plain +SafeTensors .*5\.12K +2 +20\.\d KiB'
        }
        @{
            Command = 'Get-HartTensor plain -Name *attn*'
            Expected = 'Model +Name +Dtype +Shape +Size +LayerType'
            Row = 'plain +blk\.0\.attn_q\.weight +F32 +4096 +16\.0 KiB +Attention'
        }
        @{
            Command = 'Import-HartModel $st'
            Expected = 'Model +Status +Tensors +Size +New +Reused'
            Row = 'plain +Unchanged +2 .*0 B'
        }
        @{
            Command = 'Get-HartStore'
            Expected = 'Path +Kind +Origin +Exists'
            Row = 'store +Embedded +Connected +True'
        }
        @{
            Command = 'Test-HartStore -Detailed'
            Expected = 'Store +Ok +Full +Findings +Duration'
            Row = 'store +True +False +0'
        }
    ) {
        $text = [scriptblock]::Create($Command).InvokeReturnAsIs() | Format-Table | Out-String -Width 400
        $text = $text -replace '\e\[[0-9;]*m'
        $text | Should -Match $Expected
        $text | Should -Match $Row
    }

    It 'of the statistics is a list' {
        $text = (Measure-HartStore | Out-String -Width 200) -replace '\e\[[0-9;]*m'
        $text | Should -Match '(?m)^SavedByFile +: '
        $text | Should -Match '(?m)^Imported +: \d+\.\d KiB'
    }
}
