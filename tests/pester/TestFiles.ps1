# What the tests share: the module, model files, a look at what a store's files hold.

$ErrorActionPreference = 'Stop'
Import-Module $env:HARTONOMOUS_TEST_MODULE
$Gguf = (Resolve-Path -LiteralPath (Join-Path $PSScriptRoot '../unit/data/gguf/quant-reference.gguf')).Path
$Pwsh = (Get-Process -Id $PID).Path

# A SafeTensors file of F32 tensors: names to element counts; the content follows from the seed.
function New-SafeTensorsFile {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
    param([string] $Path, [System.Collections.IDictionary] $Tensors, [int] $Seed = 1)
    $random = [Random]::new($Seed)
    $offset = 0
    $entries = foreach ($name in $Tensors.Keys) {
        $end = $offset + 4 * $Tensors[$name]
        '"{0}":{{"dtype":"F32","shape":[{1}],"data_offsets":[{2},{3}]}}' -f $name, $Tensors[$name], $offset, $end
        $offset = $end
    }
    $header = [Text.Encoding]::UTF8.GetBytes('{' + ($entries -join ',') + '}')
    $stream = [IO.File]::Create($Path)
    try {
        $stream.Write([BitConverter]::GetBytes([uint64] $header.Length))
        $stream.Write($header)
        $buffer = [byte[]]::new(1MB)
        $random.NextBytes($buffer)
        for ($left = $offset; $left -gt 0; $left -= $count) {
            # No two blocks are equal, so that nothing is deduplicated by accident.
            [BitConverter]::GetBytes([long] $left).CopyTo($buffer, 0)
            $count = [Math]::Min($left, $buffer.Length)
            $stream.Write($buffer, 0, $count)
        }
    }
    finally {
        $stream.Dispose()
    }
    Get-Item -LiteralPath $Path
}

# Every file of a folder with its hash, to see whether anything was written.
function Get-FolderState {
    param([string] $Path)
    Get-ChildItem -LiteralPath $Path -Recurse -File | Sort-Object FullName |
        ForEach-Object { '{0} {1}' -f $_.FullName, (Get-FileHash -LiteralPath $_.FullName).Hash }
}

# A process of its own, with the module imported; gives what the script writes, as text.
function Invoke-Fresh {
    param([string] $Script, [string] $Module = $env:HARTONOMOUS_TEST_MODULE)
    $text = "`$ErrorActionPreference = 'Stop'; Import-Module '$Module'; $Script"
    $encoded = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
    & $Pwsh -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand $encoded
}
