# What the tests on a server share: the one that HARTONOMOUS_TEST_SQLSERVER names, and databases of their own there.

$text = [System.Data.Common.DbConnectionStringBuilder]::new()
$text.set_ConnectionString($env:HARTONOMOUS_TEST_SQLSERVER)
$instance = "$($text['Server'] ?? $text['Data Source'])"
$secret = "$($text['Password'] ?? $text['Pwd'])"
$login = [pscredential]::new("$($text['User ID'] ?? $text['UID'])", (ConvertTo-SecureString $secret -AsPlainText -Force))
$server = @{ SqlInstance = $instance; Credential = $login; TrustServerCertificate = $true }

# The module's own copy of the client makes and drops databases; the first cmdlet that connects loads it.
Test-HartSchema @server -Database 'hart_absent' -ErrorAction Ignore | Out-Null

function Get-SqlConnectionType {
    $client = [System.Runtime.Loader.AssemblyLoadContext]::All.ForEach({ $_.Assemblies }) |
        Where-Object { $_.GetName().Name -eq 'Microsoft.Data.SqlClient' } | Select-Object -First 1
    $client.GetType('Microsoft.Data.SqlClient.SqlConnection')
}

function Invoke-Sql {
    param([string] $Sql, [string] $Database = 'master')
    $connection = (Get-SqlConnectionType)::new("$env:HARTONOMOUS_TEST_SQLSERVER;Initial Catalog=$Database")
    try {
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = $Sql
        $command.CommandTimeout = 300
        $command.ExecuteScalar()
    }
    finally {
        $connection.Dispose()
    }
}

function New-TestDatabase {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
    param()
    $name = 'hart_pester_' + [guid]::NewGuid().ToString('N').Substring(0, 12)
    Invoke-Sql "CREATE DATABASE $name" | Out-Null
    $name
}

function Remove-TestDatabase {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
    param([string] $Name)
    (Get-SqlConnectionType)::ClearAllPools()
    try {
        Invoke-Sql "DROP DATABASE $Name" | Out-Null
    }
    catch {
        Write-Warning "$Name is left: $_"
    }
}
