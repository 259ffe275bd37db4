BeforeDiscovery {
    Import-Module $env:HARTONOMOUS_TEST_MODULE
    $commands = [ordered] @{
        'Compress-HartTensor'       = { Compress-HartTensor base -MinElements 1 -Rank 4 -DropOriginal -WhatIf }
        'ConvertTo-HartSparseModel' = { ConvertTo-HartSparseModel base sparse -WhatIf }
        'Copy-HartModel'            = { Copy-HartModel base -Destination ./copies -WhatIf; Copy-HartModel base -Destination ./hart -NewName twin -WhatIf }
        'Expand-HartTensor'         = { Expand-HartTensor base -OutFile ./expanded.safetensors -WhatIf; Expand-HartTensor base -NewModel rebuilt -WhatIf }
        'Export-HartModel'          = { Export-HartModel base ./models/base.safetensors -Force -WhatIf; Export-HartModel base ./new.gguf -DType F16 -WhatIf }
        'Get-HartTensorData'        = { Get-HartTensorData -Model base -OutFile ./values.safetensors -WhatIf }
        'Import-HartModel'          = { Import-HartModel ./models -Force -WhatIf }
        'Invoke-HartSpatialize'     = { Invoke-HartSpatialize -Level Row -WhatIf }
        'Measure-HartTensor'        = { Measure-HartTensor -Model base -Score Magnitude -Save -WhatIf }
        'New-HartTenant'            = { New-HartTenant lab -WhatIf }
        'Optimize-HartStore'        = { Optimize-HartStore -Rebuild -WhatIf }
        'Remove-HartAtom'           = { Remove-HartAtom base -Name '*' -WhatIf }
        'Remove-HartModel'          = { Remove-HartModel '*' -WhatIf }
        'Remove-HartTenant'         = { Remove-HartTenant research -Force -WhatIf }
        'Repair-HartStore'          = { Repair-HartStore -WhatIf }
        'Reset-HartIngestionJob'    = { Get-HartIngestionJob -Tenant research | Reset-HartIngestionJob -WhatIf }
        'Resume-HartIngestionJob'   = { Get-HartIngestionJob -Tenant research | Resume-HartIngestionJob -WhatIf }
        'Set-HartTenant'            = { Set-HartTenant research -MaxBytes $null -WhatIf }
        'Stop-HartIngestionJob'     = { Get-HartIngestionJob -Tenant research | Stop-HartIngestionJob -WhatIf -ErrorAction Ignore }
        'Test-HartStore'            = { Test-HartStore -OutFile ./report.json -WhatIf }
        'Update-HartModel'          = { Update-HartModel placed -Absorb -WhatIf }
    }

    # These need a server: SqlServer.Tests.ps1 tries them.
    $onServer = 'Install-HartSchema', 'New-HartIngestionJob', 'Start-HartIngestionWorker', 'Update-HartSchema'
    $cases = foreach ($name in $commands.Keys) { @{ Name = $name; Command = $commands[$name] } }
    $changing = Get-Command -Module Hartonomous | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name
}

BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    . $PSScriptRoot/ExampleFiles.ps1
    $world = New-Item -ItemType Directory (Join-Path $TestDrive 'world')
    New-ExampleFolder $world
    Push-Location -LiteralPath $world
    Connect-HartStore ./hart
    $null = Import-HartModel ./models/finetune.safetensors -Name placed -InPlace
    $null = Compress-HartTensor base -Name lm_head.weight -MinElements 1 -Rank 8
    Remove-HartModel llama -Confirm:$false

    # The files that maintenance locks hold nothing, and the first run makes them.
    $null = Optimize-HartStore -WhatIf
    $null = Repair-HartStore -WhatIf
}

AfterAll {
    Disconnect-HartStore
    Pop-Location
}

Describe '-WhatIf' {
    It 'is tried of every cmdlet that has it' -ForEach @{ Tried = @($commands.Keys) + $onServer; Changing = $changing } {
        $Tried | Sort-Object | Should -Be ($Changing | Sort-Object)
    }

    It 'of <_> is tried on a server' -ForEach $onServer {
        "$PSScriptRoot/SqlServer.Tests.ps1" | Should -FileContentMatch "\b$_\b.* -WhatIf\b"
    }

    It 'of <Name> changes no byte, of the store and beside it' -ForEach $cases {
        $before = Get-FolderState $world
        $null = & $Command
        Get-FolderState $world | Should -Be $before
    }
}
