BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $names = [ordered] @{
        'token_embd.weight' = 64; 'blk.0.attn_q.weight' = 32; 'blk.0.ffn_up.weight' = 16; 'blk.2.attn_q.weight' = 32; 'blk.10.attn_q.weight' = 32
        'head/kernel' = 8; 'metadata' = 4
    }
    $file = New-SafeTensorsFile (Join-Path $TestDrive 'llama.safetensors') $names
    $store = Join-Path $TestDrive 'store'
    Connect-HartStore $store
    $null = Import-HartModel $file
    $null = Import-HartModel $file -Name 'org/it''s [v2]'
    $null = Import-HartModel $Gguf -Name reference
}

AfterAll {
    Set-Location $PSScriptRoot
    Disconnect-HartStore
}

Describe 'The drive' {
    AfterEach {
        Set-Location $PSScriptRoot
    }

    It 'shows models, groups, tensors and metadata' {
        (Get-ChildItem hart:\).PSChildName | Should -Be ('llama', 'org%2Fit''s [v2]', 'reference')
        (Get-ChildItem hart:\llama).PSChildName |
            Should -Be ('blk.0', 'blk.2', 'blk.10', 'head', 'token_embd.weight', '%6Detadata', 'metadata')
        (Get-ChildItem hart:\llama\blk.0).Name | Should -Be ('blk.0.attn_q.weight', 'blk.0.ffn_up.weight')
        (Get-ChildItem hart:\llama\blk.0).PSChildName | Should -Be ('attn_q.weight', 'ffn_up.weight')
        (Get-ChildItem hart:\llama -Name) | Should -Contain 'blk.10'
    }

    It 'gives objects that other cmdlets take' {
        (Get-Item hart:\llama) | Should -BeOfType Hartonomous.HartModel
        (Get-Item hart:\llama\blk.0) | Should -BeOfType Hartonomous.HartTensorGroup
        (Get-Item hart:\llama\blk.0).TensorCount | Should -Be 2
        (Get-Item hart:\llama\blk.0).SizeBytes | Should -Be 192
        (Get-Item hart:\llama\blk.0\attn_q.weight) | Should -BeOfType Hartonomous.HartTensor
        (Get-Item hart:\llama\metadata) | Should -BeOfType Hartonomous.HartMetadata
        (Get-Item hart:\llama\%6Detadata).Name | Should -Be 'metadata'
        (Get-ChildItem hart:\llama\blk.0 | Measure-HartTensor).ForEach('Count') | Should -Be (32, 16)
        (Get-ChildItem hart:\llama\blk.0 | Get-HartTensorData -First 2).ForEach('Count') | Should -Be (2, 2)
        (Get-Item hart:\llama | Get-HartTensor).Count | Should -Be 7
        (Get-Item -LiteralPath "hart:\org%2Fit's [v2]" | Export-HartModel -Destination "$TestDrive/back.safetensors").SizeBytes |
            Should -Be $file.Length
    }

    It 'is walked through with Set-Location, relative paths and wildcards' {
        Set-Location hart:\llama\blk.0
        (Get-Location).Path | Should -Match '^hart:[\\/]llama[\\/]blk\.0$'
        (Get-ChildItem).Count | Should -Be 2
        (Get-Item ./attn_q.weight).Name | Should -Be 'blk.0.attn_q.weight'
        (Get-Item ../blk.10/attn_q.weight).Name | Should -Be 'blk.10.attn_q.weight'
        Set-Location ..
        (Get-ChildItem blk.*/attn*).Name | Should -Be ('blk.0.attn_q.weight', 'blk.2.attn_q.weight', 'blk.10.attn_q.weight')
        Set-Location hart:\
        (Get-Item *\token_embd.weight).Model | Should -Be ('llama', 'org/it''s [v2]')
        (Get-Item LLAMA\BLK.0).Name | Should -Be 'blk.0'
    }

    It 'recurses, to a depth too' {
        @(Get-ChildItem hart:\llama -Recurse | Where-Object { $_ -is [Hartonomous.HartTensor] }).Count | Should -Be 7
        (Get-ChildItem hart:\llama -Recurse -Tensor | Measure-HartTensor).ForEach('Count') | Should -Be (32, 16, 32, 32, 8, 64, 4)
        @(Get-ChildItem hart:\ -Recurse -Depth 1 | Where-Object { $_ -is [Hartonomous.HartTensorGroup] }).Count | Should -BeGreaterOrEqual 8
        @(Get-ChildItem hart:\ -Recurse -Depth 1).PSChildName | Should -Not -Contain 'attn_q.weight'
    }

    It 'gives metadata as JSON, as a whole and by lines' {
        $text = Get-Content hart:\reference\metadata -Raw
        $text | Should -BeOfType string
        ($text | ConvertFrom-Json -AsHashtable)['general.architecture'] | Should -Be (Get-HartModel reference).Architecture
        (Get-Content hart:\reference\metadata) -join "`n" | Should -Be $text.ReplaceLineEndings("`n")
        (Get-Content hart:\reference\metadata -TotalCount 1) | Should -Be '{'
        (Get-Content hart:\reference -Raw) | Should -Be $text
        $tensor = Get-Content hart:\llama\blk.0\attn_q.weight -Raw | ConvertFrom-Json
        $tensor.sha256 | Should -Be (Get-HartTensor llama -Name blk.0.attn_q.weight).Sha256
        $tensor.shape | Should -Be 32
    }

    It 'says what has no content, and what is not there' {
        Get-Content hart:\llama\blk.0 -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Match '^DRIVE_CONTENT'
        Test-Path hart:\llama\blk.0 | Should -BeTrue
        Test-Path hart:\llama\blk.0 -PathType Leaf | Should -BeFalse
        Test-Path hart:\llama\blk.7 | Should -BeFalse
        { Get-Item hart:\absent -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
    }

    It 'cannot be changed through' {
        { Remove-Item hart:\llama -Recurse -ErrorAction Stop } | Should -Throw
        { Set-Content hart:\llama\metadata x -ErrorAction Stop } | Should -Throw
        { New-Item hart:\new -ErrorAction Stop } | Should -Throw
        (Get-HartModel llama).Name | Should -Be 'llama'
    }

    It 'shows what was imported and removed meanwhile' {
        $null = Import-HartModel $file -Name late
        Test-Path hart:\late\blk.0 | Should -BeTrue
        Remove-HartModel late -Confirm:$false
        Test-Path hart:\late | Should -BeFalse
    }

    It 'follows the connection, and drives of other stores stay with theirs' {
        $other = Join-Path $TestDrive 'other'
        $null = Import-HartModel $Gguf -Name elsewhere -Connection $other
        $null = New-PSDrive -Name lab -PSProvider Hartonomous -Root $other
        try {
            (Get-PSDrive lab).DisplayRoot | Should -Be $other
            (Get-ChildItem lab:\).Name | Should -Be 'elsewhere'
            (Get-ChildItem hart:\).Name | Should -Not -Contain 'elsewhere'
            $tensor = Get-ChildItem lab:\elsewhere -Recurse -Tensor | Select-Object -First 1
            (Get-Item -LiteralPath $tensor.PSPath).Store | Should -Be $other
            Connect-HartStore $other
            (Get-ChildItem hart:\).Name | Should -Be 'elsewhere'
        }
        finally {
            Connect-HartStore $store
            Remove-PSDrive lab
        }
        { New-PSDrive -Name none -PSProvider Hartonomous -Root "$TestDrive/absent" -ErrorAction Stop } | Should -Throw -ErrorId 'STORE_NOT_FOUND,*'
        Test-Path "$TestDrive/absent" | Should -BeFalse
    }

    It 'shows the models of a tenant' {
        $null = New-HartTenant lab
        $null = Import-HartModel $file -Tenant lab -Name mine
        $null = Import-HartModel $file -Tenant lab -Name llama
        $null = New-PSDrive -Name mine -PSProvider Hartonomous -Root $store -Tenant lab
        $null = New-PSDrive -Name all -PSProvider Hartonomous -Root $store -Tenant *
        try {
            (Get-ChildItem mine:\).Name | Should -Be ('llama', 'mine')
            (Get-ChildItem all:\).PSChildName | Should -Be ('llama (default)', 'org%2Fit''s [v2]', 'reference', 'llama (lab)', 'mine')
        }
        finally {
            Remove-PSDrive mine, all
        }
    }

    It 'has views' {
        $text = Get-ChildItem hart:\llama | Out-String -Width 200
        $text | Should -Match 'Kind +Size +Content +Name'
        $text | Should -Match 'Group +192 B +2 tensors +blk\.0'
        $text | Should -Match 'Tensor +256 B +F32 64 +token_embd\.weight'
        $text | Should -Match 'Metadata .* metadata'
        (Get-ChildItem hart:\llama | Format-Wide | Out-String) | Should -Match '\[blk\.0\]'
        (Get-Item hart:\llama\blk.0 | Format-List | Out-String) | Should -Match 'Prefix +: blk\.0\.'
    }

    It 'is completed with Tab' {
        $line = 'Get-ChildItem hart:\llama\bl'
        (TabExpansion2 $line -cursorColumn $line.Length).CompletionMatches[0].CompletionText | Should -Match '^hart:[\\/]llama[\\/]blk\.0$'
    }

    It 'loads nothing when the module is imported' {
        Invoke-Fresh '(Get-PSDrive hart).Provider.Name; [AppDomain]::CurrentDomain.GetAssemblies().Where({ $_.GetName().Name -eq "Hartonomous.Core" }).Count' |
            Should -Be ('Hartonomous', '0')
    }
}
