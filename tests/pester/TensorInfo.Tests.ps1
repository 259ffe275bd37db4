BeforeAll {
    . $PSScriptRoot/TestFiles.ps1
    $three = [ordered] @{ 'blk.0.attn_q.weight' = 64; 'blk.0.ffn_up.weight' = 32; 'output.weight' = 16 }
    $one = New-SafeTensorsFile (Join-Path $TestDrive 'one.safetensors') $three
    $brackets = New-SafeTensorsFile (Join-Path $TestDrive 'two [v2].safetensors') ([ordered] @{ w = 8 }) -Seed 2
}

Describe 'Get-HartTensorInfo' {
    It 'lists the tensors in the order of the file, with all that is known of them' {
        $tensors = Get-HartTensorInfo $one
        $tensors.Name | Should -Be ('blk.0.attn_q.weight', 'blk.0.ffn_up.weight', 'output.weight')
        $first = $tensors[0]
        $first.Dtype | Should -Be 'F32'
        $first.Quantization | Should -Be 'None'
        $first.Shape.GetType().FullName | Should -Be 'System.Int64[]'
        $first.Shape | Should -Be 64
        $first.SizeBytes | Should -Be 256
        $first.LayerType | Should -Be 'Attention'
        $first.LayerIndex | Should -Be 0
        $first.ModelPath | Should -Be $one.FullName
        $first.File | Should -Be 'one.safetensors'
        $first.Offset | Should -Be ($one.Length - 4 * (64 + 32 + 16))
        $first.Sha256 | Should -BeNullOrEmpty
    }

    It 'computes the hash of the content' {
        $tensor = Get-HartTensorInfo $one -Name 'output.*' -Hash
        $bytes = [IO.File]::ReadAllBytes($one.FullName)[(-64)..(-1)]
        $tensor.Sha256 | Should -Be ([Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([byte[]] $bytes)).ToLower())
    }

    It 'takes paths, files, and objects with a path from the pipeline' {
        ($one.FullName | Get-HartTensorInfo).Count | Should -Be 3
        ($one | Get-HartTensorInfo).Count | Should -Be 3
        ([pscustomobject] @{ Path = $one.FullName } | Get-HartTensorInfo).Count | Should -Be 3
        (Get-HartModelFile $one | Get-HartTensorInfo).Count | Should -Be 3
    }

    It 'takes wildcards in -Path and none in -LiteralPath' {
        (Get-HartTensorInfo "$TestDrive/*.safetensors").Count | Should -Be 4
        (Get-HartTensorInfo -LiteralPath $brackets.FullName).Name | Should -Be 'w'
        (Get-Item -LiteralPath $brackets.FullName | Get-HartTensorInfo).Name | Should -Be 'w'
        (Get-HartTensorInfo -Path $brackets.FullName).Name | Should -Be 'w'
        Get-HartTensorInfo "$TestDrive/*.nothing" | Should -BeNullOrEmpty
    }

    It 'goes on after a path that is not there and one that is no model' {
        Set-Content (Join-Path $TestDrive 'text.bin') 'not a model, by any means'
        $paths = "$TestDrive/absent.gguf", "$TestDrive/text.bin", $one
        $tensors = Get-HartTensorInfo $paths -ErrorVariable errors -ErrorAction SilentlyContinue
        $tensors.Count | Should -Be 3
        $errors[0].FullyQualifiedErrorId | Should -Be 'FILE_NOT_FOUND,Hartonomous.Commands.GetHartTensorInfoCommand'
        $errors[1].FullyQualifiedErrorId | Should -Be 'FORMAT_UNKNOWN,Hartonomous.Commands.GetHartTensorInfoCommand'
        $errors[1].CategoryInfo.Category | Should -Be 'InvalidData'
    }

    It 'refuses paths of other providers' {
        Get-HartTensorInfo 'Env:/PATH' -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'PATH_PROVIDER,Hartonomous.Commands.GetHartTensorInfoCommand'
    }

    It 'stops when the rest of the pipeline has enough' {
        (Get-HartTensorInfo $Gguf | Select-Object -First 1).Name | Should -Be (Get-HartTensorInfo $Gguf)[0].Name
        (Get-HartTensorInfo $Gguf -Hash | Select-Object -First 2).Count | Should -Be 2
    }
}

Describe 'Get-HartModelFile' {
    It 'says what a file is' {
        $model = Get-HartModelFile $Gguf
        $model.Name | Should -Be 'quant-reference'
        $model.Format | Should -Be 'Gguf'
        $model.Variant | Should -Be 'GGUF v3'
        $model.TensorCount | Should -Be (Get-HartTensorInfo $Gguf).Count
        $model.SizeBytes | Should -Be (Get-Item $Gguf).Length
        $model.Files.Path | Should -Be 'quant-reference.gguf'
        $model.Metadata.Keys | Should -Contain 'general.architecture'
        $model.Metadata['general.architecture'] | Should -Be $model.Architecture
    }

    It 'finds the models of a folder' {
        (Get-HartModelFile $TestDrive -ErrorAction SilentlyContinue).Name | Should -Contain 'one'
    }
}
