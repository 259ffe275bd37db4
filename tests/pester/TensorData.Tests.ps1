BeforeAll {
    . $PSScriptRoot/TestFiles.ps1

    # A SafeTensors file of F32 tensors with the given values.
    function New-ValueFile {
        [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'A test writes.')]
        param([string] $Path, [System.Collections.IDictionary] $Tensors)
        $data = [System.IO.MemoryStream]::new()
        $entries = foreach ($name in $Tensors.Keys) {
            $begin = $data.Length
            foreach ($value in $Tensors[$name]) { $data.Write([BitConverter]::GetBytes([float] $value)) }
            '"{0}":{{"dtype":"F32","shape":[{1}],"data_offsets":[{2},{3}]}}' -f $name, $Tensors[$name].Count, $begin, $data.Length
        }
        $header = [Text.Encoding]::UTF8.GetBytes('{' + ($entries -join ',') + '}')
        [IO.File]::WriteAllBytes($Path, [BitConverter]::GetBytes([uint64] $header.Length) + $header + $data.ToArray())
        Get-Item -LiteralPath $Path
    }

    $file = New-ValueFile (Join-Path $TestDrive 'm.safetensors') ([ordered] @{ a = 1, -2, 0.5, 0; b = 3, 4, 'NaN', 'Infinity' })
    $store = Join-Path $TestDrive 'store'
    $null = Import-HartModel $file -Connection $store
}

Describe 'Get-HartTensorData' {
    It 'gives one object with an array for each tensor' {
        $data = Get-HartTensorData $file
        $data.Name | Should -Be ('a', 'b')
        $data[0].Values.GetType().FullName | Should -Be 'System.Single[]'
        $data[0].Values | Should -Be (1, -2, 0.5, 0)
        $data[0].Shape | Should -Be 4
        $data[0].Dtype | Should -Be 'F32'
        $data[0].Model | Should -Be $file.FullName
    }

    It 'takes names, a part, and literal paths' {
        $part = Get-HartTensorData -LiteralPath $file.FullName -Name '[a]' -Skip 1 -First 2
        $part.Name | Should -Be 'a'
        $part.Start | Should -Be 1
        $part.Values | Should -Be (-2, 0.5)
        (Get-HartTensorData $file -Name a -Skip 10).Count | Should -Be 0
        (Get-HartTensorData $file -Name a -Skip 3).Values | Should -Be 0
    }

    It 'takes tensors of files and of stores from the pipeline' {
        (Get-HartTensorInfo $file | Where-Object Name -EQ b | Get-HartTensorData -First 2).Values | Should -Be (3, 4)
        (Get-HartTensor m -Connection $store | Get-HartTensorData).Name | Should -Be ('a', 'b')
        (Get-HartTensorData -Model m -Name a -Connection $store).Values | Should -Be (1, -2, 0.5, 0)
        (Get-HartTensorData -Model 'm*' -Connection $store)[0].Model | Should -Be 'm'
    }

    It 'says which names are not there and goes on' {
        $data = Get-HartTensorData $file -Name a, nothing -ErrorVariable errors -ErrorAction SilentlyContinue
        $data.Name | Should -Be 'a'
        $errors[0].FullyQualifiedErrorId | Should -Be 'TENSOR_NOT_FOUND,Hartonomous.Commands.GetHartTensorDataCommand'
    }

    It 'refuses tensors of a file that has changed since' {
        $changing = New-ValueFile (Join-Path $TestDrive 'changing.safetensors') ([ordered] @{ w = 1, 2 })
        $old = Get-HartTensorInfo $changing
        $null = New-ValueFile $changing.FullName ([ordered] @{ w = 1, 2, 3 })
        $old | Get-HartTensorData -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be 'SELECTION_STALE,Hartonomous.Commands.GetHartTensorDataCommand'
    }

    It 'writes a SafeTensors file that holds the same values' {
        $written = Get-HartTensorData -Model m -Connection $store -OutFile (Join-Path $TestDrive 'out.safetensors')
        $written | Should -BeOfType System.IO.FileInfo
        (Get-HartTensorData $written -Name b).Values[0..1] | Should -Be (3, 4)
        (Get-HartTensorInfo $written).Name | Should -Be ('a', 'b')
    }

    It 'decodes every block type to the reference file' {
        $written = Get-HartTensorInfo $Gguf | Where-Object Dtype -NotMatch '^I\d+$' | Get-HartTensorData -OutFile (Join-Path $TestDrive 'quant.safetensors')
        $reference = Join-Path (Split-Path $Gguf) 'quant-reference.safetensors'
        (Get-FileHash -LiteralPath $written.FullName).Hash | Should -Be (Get-FileHash -LiteralPath $reference).Hash
    }

    It 'writes one tensor to an NPY file, and refuses several' {
        $npy = Join-Path $TestDrive 'out.npy'
        Get-HartTensorData $file -OutFile $npy -ErrorVariable errors -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $errors[0].FullyQualifiedErrorId | Should -Be 'VALUES_SINGLE_TENSOR,Hartonomous.Commands.GetHartTensorDataCommand'
        Test-Path $npy | Should -BeFalse
        $bytes = [IO.File]::ReadAllBytes((Get-HartTensorData $file -Name a -OutFile $npy).FullName)
        [Text.Encoding]::ASCII.GetString($bytes, 1, 5) | Should -Be 'NUMPY'
        $bytes.Length | Should -Be (128 + 16)
    }

    It 'neither writes nor overwrites unless it is to' {
        $path = Join-Path $TestDrive 'guarded.npy'
        Get-HartTensorData $file -Name a -OutFile $path -WhatIf | Should -BeNullOrEmpty
        Test-Path $path | Should -BeFalse
        Set-Content -LiteralPath $path 'mine'
        Get-HartTensorData $file -Name a -OutFile $path -ErrorVariable errors -ErrorAction SilentlyContinue
        $errors[0].FullyQualifiedErrorId | Should -Be 'OUTPUT_EXISTS,Hartonomous.Commands.GetHartTensorDataCommand'
        Get-Content -LiteralPath $path | Should -Be 'mine'
        (Get-HartTensorData $file -Name a -OutFile $path -Force).Length | Should -Be 144
    }

    It 'writes the tensors of one model to a file, not of several' {
        $other = New-ValueFile (Join-Path $TestDrive 'other.safetensors') ([ordered] @{ c = 1, 2 })
        $written = Get-HartTensorData $file, $other -OutFile (Join-Path $TestDrive 'one-of.safetensors') -ErrorVariable errors -ErrorAction SilentlyContinue
        (Get-HartTensorInfo $written).Name | Should -Be ('a', 'b')
        $errors[0].FullyQualifiedErrorId | Should -Be 'OUT_FILE_FOR_SEVERAL,Hartonomous.Commands.GetHartTensorDataCommand'
    }

    It 'shows a few values in its table' {
        Get-HartTensorData $file -Name a | Out-String | Should -Match '1, -2, 0.5, 0'
    }
}

Describe 'Measure-HartTensor' {
    It 'measures values and leaves out what is not finite' {
        $a, $b = Measure-HartTensor $file -Bin 4
        $a.Mean | Should -Be -0.125
        $a.Min | Should -Be -2
        $a.Max | Should -Be 1
        $a.L1 | Should -Be 3.5
        $a.Sparsity | Should -Be 0.25
        $a.Histogram.Counts | Should -Be (1, 0, 2, 1)
        $b.NanCount | Should -Be 1
        $b.InfinityCount | Should -Be 1
        $b.Mean | Should -Be 3.5
        $b.StandardDeviation | Should -Be 0.5
        $b.L2 | Should -Be 5
    }

    It 'takes tensors of files and of stores from the pipeline' {
        (Get-HartTensorInfo $file | Measure-HartTensor).Name | Should -Be ('a', 'b')
        (Get-HartTensor m -Connection $store | Measure-HartTensor -Bin 0).L1 | Should -Be (3.5, 7)
        (Measure-HartTensor -Model m -Name b -Connection $store).Count | Should -Be 4
    }

    It 'takes a range and a threshold' {
        $a = Measure-HartTensor $file -Name a -Bin 2 -HistogramRange 0, 1 -ZeroThreshold 0.5
        $a.Histogram.Counts | Should -Be (1, 2)
        $a.Histogram.Below | Should -Be 1
        $a.ZeroCount | Should -Be 2
        $failure = { Measure-HartTensor $file -HistogramRange 1, 0 } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -Be 'HISTOGRAM_OPTIONS,Hartonomous.Commands.MeasureHartTensorCommand'
    }

    It 'shows figures in its table' {
        Measure-HartTensor $file | Out-String | Should -Match 'a\s+-0.125\s+1.1'
    }
}
