# What the examples of the help speak of: a folder with models, and a store that holds some of them.

function New-ExampleFolder {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
    param([string] $Path)
    $samples = Join-Path $PSScriptRoot '../../samples'
    $models = New-Item -ItemType Directory (Join-Path $Path 'models')
    Copy-Item -LiteralPath "$samples/tiny-base.safetensors" -Destination "$models/base.safetensors"
    Copy-Item -LiteralPath "$samples/tiny-finetune.safetensors" -Destination "$models/finetune.safetensors"
    Copy-Item -LiteralPath "$samples/tiny-q8.gguf" -Destination "$models/llama.gguf"
    Set-Content -LiteralPath "$models/notes.txt" 'These are models.'
    $store = Join-Path $Path 'hart'
    $null = Import-HartModel "$models/base.safetensors", "$models/llama.gguf" -Connection $store
    $null = New-HartTenant research -MaxBytes 1KB -Connection $store
    Import-HartModel "$models/finetune.safetensors" -Tenant research -Connection $store -ErrorAction SilentlyContinue
}
