BeforeDiscovery {
    # A command for every type that is written, and a word that its table has.
    $views = @(
        @{ Command = 'Compare-HartModel base finetune'; Head = 'Verdict' }
        @{ Command = '(Compare-HartModel base finetune).Tensors'; Head = 'Status' }
        @{ Command = 'Compress-HartTensor base -MinElements 1 -Rank 4 -WhatIf'; Head = 'RelativeError' }
        @{ Command = 'Connect-HartStore ./hart -PassThru'; Head = 'Origin' }
        @{ Command = 'ConvertTo-HartSparseModel base sparse -Force'; Head = 'Sparsity' }
        @{ Command = 'Copy-HartModel base -Destination ./copies -NewName twin -Force'; Head = 'Status' }
        @{ Command = 'Expand-HartTensor base -OutFile ./expanded.safetensors -Force'; Head = 'Rank' }
        @{ Command = 'Export-HartModel base ./base.safetensors -Force'; Head = 'Path' }
        @{ Command = 'Find-HartSimilarAtom base lm_head.weight'; Head = 'Similarity' }
        @{ Command = 'Get-HartIngestionJob -Tenant *'; Head = 'JobId' }
        @{ Command = 'Get-HartLineage finetune'; Head = 'Verdict' }
        @{ Command = '(Get-HartLineage finetune).Layers'; Head = 'Kinship' }
        @{ Command = 'Get-HartModel'; Head = 'Architecture' }
        @{ Command = 'Get-HartModelFile ./models'; Head = 'Architecture' }
        @{ Command = 'Get-HartTenant'; Head = 'Name' }
        @{ Command = 'Get-HartTensor base'; Head = 'Shape' }
        @{ Command = 'Get-HartTensorData -Model base -First 2'; Head = 'Values' }
        @{ Command = 'Get-HartTensorInfo ./models/llama.gguf'; Head = 'Shape' }
        @{ Command = 'Get-HartTensorScore base'; Head = 'Mean' }
        @{ Command = 'Import-HartModel ./models/base.safetensors'; Head = 'Status' }
        @{ Command = 'Invoke-HartSpatialize'; Head = 'Sketches' }
        @{ Command = 'Measure-HartLocality'; Head = 'Curve' }
        @{ Command = 'Measure-HartStore'; Head = 'Saved' }
        @{ Command = 'Measure-HartTensor -Model base'; Head = 'Max' }
        @{ Command = 'Optimize-HartStore -WhatIf'; Head = 'Complete' }
        @{ Command = 'Remove-HartAtom base -Name *norm* -WhatIf'; Head = 'Freed' }
        @{ Command = 'Repair-HartStore -WhatIf'; Head = 'Restored' }
        @{ Command = 'Test-HartStore -Detailed'; Head = 'Findings' }
        @{ Command = 'Get-ChildItem hart:\'; Head = 'Kind' }
        @{ Command = 'Get-Item hart:\base\metadata'; Head = 'Entries' }
    )
}

BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    . $PSScriptRoot/ExampleFiles.ps1
    $world = New-Item -ItemType Directory (Join-Path $TestDrive 'world')
    New-ExampleFolder $world
    Push-Location -LiteralPath $world
    Connect-HartStore ./hart
    $null = Import-HartModel ./models/finetune.safetensors
    $null = Compress-HartTensor base -Name lm_head.weight -MinElements 1 -Rank 8
    $null = Measure-HartTensor -Model base -Score Magnitude -Save
    $null = Invoke-HartSpatialize
}

AfterAll {
    Disconnect-HartStore
    Pop-Location
}

Describe 'The views of <Command>' -ForEach $views {
    BeforeAll {
        $objects = @(& ([scriptblock]::Create($Command)))
        $objects | Should -Not -BeNullOrEmpty
    }

    It 'are a table, a list and a wide one, without an error in any column' {
        $table = ($objects | Format-Table -DisplayError | Out-String -Width 300) -replace '\e\[[0-9;]*m'
        $table | Should -Match "(?m)^.*\b$Head\b"
        foreach ($text in $table, ($objects | Format-List -DisplayError | Out-String -Width 300), ($objects | Format-Wide -DisplayError | Out-String -Width 300)) {
            $text | Should -Not -BeNullOrEmpty
            $text | Should -Not -Match '#ERR|Hartonomous\.Hart'
        }
    }

    It 'choose the properties that matter' {
        $shown = $objects[0].PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames
        $shown.Count | Should -BeIn (2..6)
    }
}
