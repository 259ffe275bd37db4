BeforeDiscovery {
    Import-Module $env:HARTONOMOUS_TEST_MODULE
    $cmdlets = foreach ($command in Get-Command -Module Hartonomous -CommandType Cmdlet) {
        @{ Name = $command.Name; Parameters = @($command.Parameters.Keys) }
    }
    $examples = foreach ($command in $cmdlets) {
        foreach ($example in (Get-Help $command.Name -Full).examples.example) {
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $null)

            # From the statement on that names a server an example needs one.
            $server = @($ast.EndBlock.Statements).Where({ $_.Extent.Text -match '(?<!\w)-SqlInstance\b' }, 'First')
            $at = $server ? $server[0].Extent.StartOffset : $example.code.Length
            @{
                Name = $command.Name; Title = $example.title.Trim('- ')
                Code = $example.code.Substring(0, $at); ServerCode = $example.code.Substring($at)
            }
        }
    }
    $forServer = @($examples | Where-Object ServerCode)
    $topics = Get-ChildItem (Join-Path (Split-Path $env:HARTONOMOUS_TEST_MODULE) 'en-US/*.help.txt') |
        ForEach-Object { @{ Topic = $_.Name -replace '\.help\.txt$' } }
}

BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    . $PSScriptRoot/ExampleFiles.ps1
    $common = [System.Management.Automation.PSCmdlet]::CommonParameters
}

Describe 'Help of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $Name -Full
    }

    It 'comes from its page' {
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.relatedLinks.navigationLink | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        (Get-Help $Name -Examples | Out-String) | Should -Match 'Example 1'
    }

    It 'describes every parameter, with its facts' {
        foreach ($parameter in $Parameters | Where-Object { $_ -notin $common }) {
            $described = @($help.parameters.parameter | Where-Object name -EQ $parameter)
            $described.Count | Should -Be 1 -Because "-$parameter is described once"
            $described[0].description.Text | Should -Not -BeNullOrEmpty -Because "-$parameter is described"
            (Get-Help $Name -Parameter $parameter | Out-String) | Should -Match '(?m)^\s+Required\?'
        }
    }
}

Describe 'Examples' {
    BeforeAll {
        $template = New-Item -ItemType Directory (Join-Path $TestDrive 'template')
        New-ExampleFolder $template
        $number = 0
    }

    It 'of <Name> run: <Title>' -ForEach @($examples | Where-Object Code) {
        $number++
        $folder = Join-Path $TestDrive "example$number"
        Copy-Item -LiteralPath $template -Destination $folder -Recurse
        Push-Location -LiteralPath $folder
        try {
            # Runspaces of ForEach-Object -Parallel load the module by its name.
            $before = $env:PSModulePath
            $env:PSModulePath = (Split-Path (Split-Path (Split-Path $env:HARTONOMOUS_TEST_MODULE))) + [IO.Path]::PathSeparator + $before
            Connect-HartStore ./hart
            $ErrorActionPreference = 'Stop'
            $null = & ([scriptblock]::Create($Code)) 3>&1
        }
        finally {
            $env:PSModulePath = $before
            Disconnect-HartStore
            Pop-Location
            Remove-Item -LiteralPath $folder -Recurse
        }
    }
}

Describe 'Examples for a server' {
    BeforeAll {
        if ($env:HARTONOMOUS_TEST_SQLSERVER) {
            . $PSScriptRoot/TestServer.ps1
            $folder = New-Item -ItemType Directory (Join-Path $TestDrive 'server')
            New-ExampleFolder $folder
            $database = New-TestDatabase
            [pscustomobject] @{ SqlInstance = $instance; Database = $database } | Export-Csv (Join-Path $folder 'databases.csv')
            Install-HartSchema @server -Database $database | Out-Null
            Connect-HartStore @server -Database $database
            New-HartTenant research | Out-Null
        }
    }

    AfterAll {
        Disconnect-HartStore
        if ($env:HARTONOMOUS_TEST_SQLSERVER) {
            Remove-TestDatabase $database
        }
    }

    It 'of <Name> name commands and parameters that are there: <Title>' -ForEach $forServer {
        $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($ServerCode, [ref] $null, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        $commands = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)
        $commands | Should -Not -BeNullOrEmpty
        foreach ($command in $commands) {
            $known = (Get-Command $command.GetCommandName() -ErrorAction Stop).Parameters.Keys
            $bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command)
            $bound.BindingExceptions.Values.BindingException.Message | Should -BeNullOrEmpty -Because "$command binds"
            foreach ($word in $command.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                $known | Should -Contain $word.ParameterName -Because "$command names it in full"
            }
        }
    }

    It 'of <Name> run: <Title>' -ForEach $forServer {
        if (-not $env:HARTONOMOUS_TEST_SQLSERVER) {
            Set-ItResult -Skipped -Because 'HARTONOMOUS_TEST_SQLSERVER names no server'
            return
        }

        # The names of the examples stand for those of the test; what signs in does so as the test does.
        function Get-Credential { $login }
        $PSDefaultParameterValues = @{}
        foreach ($cmdlet in 'Connect-HartStore', 'Install-HartSchema', 'Test-HartSchema', 'Update-HartSchema') {
            $PSDefaultParameterValues["${cmdlet}:Credential"] = $login
            $PSDefaultParameterValues["${cmdlet}:TrustServerCertificate"] = $true
        }

        $onServer = $ServerCode -replace '\bsql01\b', "'$instance'" -replace '-Database hart\b', "-Database $database" -replace '\\\\nas\b', $folder
        Push-Location -LiteralPath $folder
        try {
            Connect-HartStore ./hart
            $ErrorActionPreference = 'Stop'
            $null = & ([scriptblock]::Create($Code + $onServer)) 3>&1
        }
        finally {
            Disconnect-HartStore
            Pop-Location
        }
    }
}

Describe 'Topics' {
    It '<Topic> is found by Get-Help, from its own beginning' -ForEach $topics {
        $modules = Split-Path (Split-Path (Split-Path $env:HARTONOMOUS_TEST_MODULE))
        $text = Invoke-Fresh "`$env:PSModulePath = '$modules'; Get-Help $Topic" | Out-String
        $text | Should -Match "(?s)^\s*TOPIC\s+$Topic\s"
        $text | Should -Match 'SEE ALSO'
    }
}

Describe 'Help in another culture' {
    It 'is the English one' {
        $culture = "[cultureinfo]::CurrentUICulture = [cultureinfo]::new('de-DE'); [cultureinfo]::CurrentCulture = [cultureinfo]::new('de-DE')"
        Invoke-Fresh "$culture; (Get-Help Import-HartModel).Synopsis" | Should -Be 'Imports models into a store.'
    }
}
