BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    # Not in TestDrive: what a Describe has made there goes with it, and the store is shared by two.
    $folder = Join-Path ([IO.Path]::GetTempPath()) "hart-jobs-$([guid]::NewGuid())"
    $store = Join-Path $folder 'store'
    Connect-HartStore $store
    $small = New-SafeTensorsFile (Join-Path $TestDrive 'small.safetensors') @{ w = 1024 }
}

AfterAll {
    Disconnect-HartStore
    Remove-Item $folder -Recurse -Force
}

Describe 'Ingestion jobs' {
    BeforeAll {
        $null = Import-HartModel $small -Granularity Row
        # A process that is killed within its import.
        $large = New-SafeTensorsFile (Join-Path $TestDrive 'large.safetensors') ([ordered] @{ a = 24MB; b = 24MB; c = 24MB })
        $text = "Import-Module '$env:HARTONOMOUS_TEST_MODULE'; Import-HartModel '$large' -Connection '$store'"
        $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
        $process = Start-Process $Pwsh -ArgumentList '-NoProfile', '-NonInteractive', '-EncodedCommand', $encoded -PassThru
        while (-not ($job = Get-HartIngestionJob -Model large) -and -not $process.HasExited) { }
        $seen = $job
        $process.Kill()
        $process.WaitForExit()
    }

    It 'are listed with state and figures' {
        $done = Get-HartIngestionJob -Model small
        $done.Status | Should -Be 'Complete'
        $done.PercentComplete | Should -Be 100
        $done.Granularity | Should -Be 'Row'
        Get-HartIngestionJob -Status Failed | Should -BeNullOrEmpty
        ($done | Format-Table | Out-String) | Should -Match 'Rate'
        Get-HartIngestionJob 9999 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'JOB_NOT_FOUND,Hartonomous.Commands.GetHartIngestionJobCommand'
    }

    It 'are seen from other processes, and show that theirs was killed' {
        $seen.Status | Should -Be 'Processing'
        $seen.IsRunning | Should -BeTrue
        $killed = Get-HartIngestionJob $seen.JobId
        $killed.State | Should -Be 'Killed'
        $killed.CanResume | Should -BeTrue
    }

    It 'do nothing with -WhatIf' {
        Get-HartIngestionJob $seen.JobId | Stop-HartIngestionJob -WhatIf
        Get-HartIngestionJob $seen.JobId | Resume-HartIngestionJob -WhatIf
        (Get-HartIngestionJob $seen.JobId).State | Should -Be 'Killed'
    }

    It 'are stopped, refuse a changed source, are reset and resumed' {
        (Stop-HartIngestionJob $seen.JobId).Status | Should -Be 'Cancelled'
        (Get-Item $large).LastWriteTimeUtc = [datetime]::UtcNow.AddHours(1)
        Resume-HartIngestionJob $seen.JobId -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'JOB_SOURCE_CHANGED,Hartonomous.Commands.ResumeHartIngestionJobCommand'
        (Get-HartIngestionJob $seen.JobId | Reset-HartIngestionJob).Status | Should -Be 'Pending'
        $result = Get-HartIngestionJob | Where-Object CanResume | Resume-HartIngestionJob
        $result.Model | Should -Be 'large'
        (Get-HartIngestionJob $seen.JobId).ModelId | Should -Be $result.ModelId
        Test-HartStore -Full | Should -BeTrue
    }
}

Describe 'Tenants' {
    It 'are made, listed, changed and removed' {
        $lab = New-HartTenant lab -MaxBytes 1KB -Description 'the lab'
        $lab.MaxBytes | Should -Be 1024
        (Set-HartTenant lab -MaxAtoms 9 -PassThru).MaxBytes | Should -Be 1024
        (Set-HartTenant lab -MaxAtoms $null -PassThru).MaxAtoms | Should -BeNullOrEmpty
        (Get-HartTenant l*).Description | Should -Be 'the lab'
        (Get-HartTenant lab | Format-Table | Out-String) | Should -Match 'Quota'
        New-HartTenant gone
        Get-HartTenant gone | Remove-HartTenant -WhatIf
        Get-HartTenant gone | Remove-HartTenant -Confirm:$false
        Get-HartTenant gone -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'TENANT_NOT_FOUND,Hartonomous.Commands.GetHartTenantCommand'
    }

    It 'hold imports to their quotas, whatever others have stored' {
        Import-HartModel $small -Tenant lab -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'QUOTA_BYTES,Hartonomous.Commands.ImportHartModelCommand'
        $errors[0].CategoryInfo.Category | Should -Be 'QuotaExceeded'
        Set-HartTenant lab -MaxBytes 1MB
        (Get-HartIngestionJob -Tenant lab | Resume-HartIngestionJob).Tenant | Should -Be 'lab'
        (Get-HartTenant lab).ByteCount | Should -Be 4096
    }

    It 'see their own models, through the pipeline too' {
        (Get-HartModel).Tenant | Select-Object -Unique | Should -Be 'default'
        (Get-HartModel -Tenant lab).Name | Should -Be 'small'
        (Get-HartModel -Tenant lab | Get-HartTensor).Tenant | Should -Be 'lab'
        (Get-HartModel -Tenant * small).Tenant | Should -Be ('default', 'lab')
        $connection = Connect-HartStore $store -Tenant lab -PassThru
        (Get-HartModel).Tenant | Should -Be 'lab'
        Connect-HartStore $store
        (Get-HartModel -Connection $connection).Tenant | Should -Be 'lab'
    }

    It 'are removed with their models only when that is asked for' {
        Remove-HartTenant lab -Confirm:$false -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'TENANT_NOT_EMPTY,Hartonomous.Commands.RemoveHartTenantCommand'
        Remove-HartTenant lab -Force -Confirm:$false
        (Get-HartTenant).Name | Should -Be 'default'
        (Get-HartModel small).Tenant | Should -Be 'default'
        Test-HartStore | Should -BeTrue
    }
}
