BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
}

Describe 'The connection' {
    AfterEach {
        Disconnect-HartStore
        $env:HARTONOMOUS_STORE = $null
    }

    It 'is the folder in the environment variable, until there is another' {
        $env:HARTONOMOUS_STORE = Join-Path $TestDrive 'environment'
        (Get-HartStore).Path | Should -Be $env:HARTONOMOUS_STORE
        (Get-HartStore).Origin | Should -Be 'Environment'
        Connect-HartStore (Join-Path $TestDrive 'connected') | Should -BeNullOrEmpty
        (Get-HartStore).Path | Should -Be (Join-Path $TestDrive 'connected')
        (Get-HartStore).Origin | Should -Be 'Connected'
        Disconnect-HartStore
        (Get-HartStore).Origin | Should -Be 'Environment'
    }

    It 'is the folder of the user without either' {
        (Get-HartStore).Path | Should -Be (Join-Path ([Environment]::GetFolderPath('UserProfile')) '.hartonomous')
    }

    It 'takes a path relative to the current location' {
        Push-Location $TestDrive
        try {
            (Connect-HartStore relative -PassThru).Path | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'relative')
        }
        finally {
            Pop-Location
        }
    }

    It 'makes no store' {
        Connect-HartStore (Join-Path $TestDrive 'none')
        (Get-HartStore).Exists | Should -BeFalse
        Test-Path (Join-Path $TestDrive 'none') | Should -BeFalse
    }

    It 'refuses a folder that holds something else' {
        Set-Content (Join-Path $TestDrive 'stranger.txt') 'x'
        { Connect-HartStore $TestDrive } | Should -Throw -ErrorId 'STORE_INVALID,Hartonomous.Commands.ConnectHartStoreCommand'
    }

    It 'refuses a file' {
        { Connect-HartStore $Gguf } | Should -Throw -ErrorId 'STORE_INVALID,Hartonomous.Commands.ConnectHartStoreCommand'
    }

    It 'to a store that is not there ends a reading cmdlet with what to do' {
        $failure = { Get-HartModel -Connection (Join-Path $TestDrive 'nothing') } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'STORE_NOT_FOUND,Hartonomous.Commands.GetHartModelCommand'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.ErrorDetails.RecommendedAction | Should -Match 'Connect-HartStore'
        Test-Path (Join-Path $TestDrive 'nothing') | Should -BeFalse
    }

    It 'belongs to its runspace' {
        Connect-HartStore (Join-Path $TestDrive 'mine')
        $other = [powershell]::Create()
        try {
            $null = $other.AddScript('param($m, $s) Import-Module $m; Connect-HartStore $s; (Get-HartStore).Path')
            $null = $other.AddArgument($env:HARTONOMOUS_TEST_MODULE).AddArgument((Join-Path $TestDrive 'other'))
            $other.Invoke() | Should -Be (Join-Path $TestDrive 'other')
        }
        finally {
            $other.Dispose()
        }
        (Get-HartStore).Path | Should -Be (Join-Path $TestDrive 'mine')
    }

    It 'is shared by ForEach-Object -Parallel through -Connection' {
        $connection = Connect-HartStore (Join-Path $TestDrive 'parallel') -PassThru
        $files = foreach ($i in 1..6) { New-SafeTensorsFile (Join-Path $TestDrive "p$i.safetensors") ([ordered] @{ w = 4096 }) -Seed $i }
        $module = $env:HARTONOMOUS_TEST_MODULE
        $results = $files | ForEach-Object -ThrottleLimit 3 -Parallel {
            Import-Module $using:module
            $_ | Import-HartModel -Connection $using:connection
        }
        $results.Status | Should -Be (, 'Complete' * 6)
        (Get-HartModel).Name | Should -Be ('p1', 'p2', 'p3', 'p4', 'p5', 'p6')
        Test-HartStore -Full | Should -BeTrue
    }

    It 'survives the way through a job' {
        $connection = Connect-HartStore (Join-Path $TestDrive 'job') -PassThru
        $null = Import-HartModel $Gguf
        $text = [System.Management.Automation.PSSerializer]::Serialize($connection)
        $sent = [System.Management.Automation.PSSerializer]::Deserialize($text)
        (Get-HartModel -Connection $sent).Name | Should -Be 'quant-reference'
    }

    It 'leaves no file open' {
        $store = Join-Path $TestDrive 'closed'
        $null = Import-HartModel $Gguf -Connection $store
        $null = Get-HartModel -Connection $store
        Remove-Item -LiteralPath $store -Recurse
        Test-Path $store | Should -BeFalse
    }
}

Describe 'Test-HartStore and Measure-HartStore' {
    BeforeAll {
        $store = Join-Path $TestDrive 'store'
        $null = Import-HartModel $Gguf -Connection $store
    }

    It 'gives $true for a sound store' {
        Test-HartStore -Connection $store | Should -BeExactly $true
        Test-HartStore -Connection $store -Full | Should -BeExactly $true
    }

    It 'adds up' {
        $statistics = Measure-HartStore -Connection $store
        $statistics.Models | Should -Be 1
        $statistics.BytesImported | Should -Be (Get-Item $Gguf).Length
        $statistics.BytesStored + $statistics.SavedBytes | Should -Be $statistics.BytesImported
    }

    It 'gives $false for a damaged store, warns of what is wrong, and reports it' {
        $damaged = Join-Path $TestDrive 'damaged'
        Copy-Item -LiteralPath $store -Destination $damaged -Recurse
        $pack = Get-ChildItem (Join-Path $damaged 'packs') -File | Sort-Object Length -Descending | Select-Object -First 1
        $bytes = [IO.File]::ReadAllBytes($pack.FullName)
        $bytes[[int]($bytes.Length / 2)] = $bytes[[int]($bytes.Length / 2)] -bxor 1
        [IO.File]::WriteAllBytes($pack.FullName, $bytes)
        Test-HartStore -Connection $damaged -Full -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeExactly $false
        $warnings | Should -Not -BeNullOrEmpty
        $report = Test-HartStore -Connection $damaged -Full -Detailed -WarningVariable none
        $report.Ok | Should -BeFalse
        $report.Findings.Count | Should -BeGreaterThan 0
        $report.Findings[0].Code | Should -Match '^[A-Z_]+$'
        $none | Should -BeNullOrEmpty
    }
}

Describe 'Optimize-HartStore' {
    BeforeEach {
        $store = Join-Path $TestDrive ([guid]::NewGuid())
        foreach ($i in 1, 2) {
            $null = New-SafeTensorsFile (Join-Path $TestDrive "o$i.safetensors") ([ordered] @{ w = 50000 }) -Seed $i |
                Import-HartModel -Connection $store
        }
        Remove-HartModel o1 -Connection $store -Confirm:$false
    }

    It 'says with -WhatIf what would come back, and changes nothing' {
        $before = Get-FolderState (Join-Path $store 'packs')
        $plan = Optimize-HartStore -Connection $store -WhatIf
        $plan.DryRun | Should -BeTrue
        $plan.ReclaimedBytes | Should -Be 200000
        Get-FolderState (Join-Path $store 'packs') | Should -Be $before
    }

    It 'gives the space back without asking' {
        $report = Optimize-HartStore -Connection $store -TimeLimit '01:00:00'
        $report.Complete | Should -BeTrue
        $report.ReclaimedBytes | Should -Be 200000
        $report.FreedBytes | Should -BeGreaterThan 150000
        (Measure-HartStore -Connection $store).BytesReclaimable | Should -Be 0
        Test-HartStore -Connection $store -Full | Should -BeTrue
        $report | Format-List | Out-String | Should -Match 'Freed\s*:\s*1\d\d'
    }
}

Describe 'Repair-HartStore' {
    It 'names what is lost, and the next import heals it' {
        $store = Join-Path $TestDrive 'repair'
        $file = New-SafeTensorsFile (Join-Path $TestDrive 'r.safetensors') ([ordered] @{ w = 50000 })
        $null = $file | Import-HartModel -Connection $store
        $pack = Get-ChildItem (Join-Path $store 'packs') -File
        $bytes = [IO.File]::ReadAllBytes($pack.FullName)
        $bytes[5000] = $bytes[5000] -bxor 1
        [IO.File]::WriteAllBytes($pack.FullName, $bytes)

        $plan = Repair-HartStore -Connection $store -WhatIf
        $plan.DryRun | Should -BeTrue
        Test-Path $pack.FullName | Should -BeTrue
        $report = Repair-HartStore -Connection $store -OutFile (Join-Path $TestDrive 'repair.json')
        $report.Ok | Should -BeFalse
        $report.LostContents[0].Tensors | Should -Be 'r: w'
        (Get-Content (Join-Path $TestDrive 'repair.json') | ConvertFrom-Json).lostContents[0].models | Should -Be 'r'
        ($file | Import-HartModel -Connection $store).Status | Should -Be 'Complete'
        Test-HartStore -Connection $store -Full -OutFile (Join-Path $TestDrive 'verify.json') | Should -BeTrue
        (Get-Content (Join-Path $TestDrive 'verify.json') | ConvertFrom-Json).ok | Should -BeTrue
    }
}

Describe 'Test-HartStore -Resume' {
    It 'goes on where the time was over' {
        $store = Join-Path $TestDrive 'resume'
        $null = Import-HartModel $Gguf -Connection $store
        $first = Test-HartStore -Connection $store -Full -Detailed -TimeLimit ([timespan]::Zero)
        $first.Complete | Should -BeFalse
        $second = Test-HartStore -Connection $store -Resume -Detailed
        $second.Complete | Should -BeTrue
        $second.Resumed | Should -BeTrue
    }
}
