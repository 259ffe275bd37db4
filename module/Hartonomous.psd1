@{
    RootModule           = 'bin/net10.0/Hartonomous.Cmdlets.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '7d0e6a0c-3c1e-4a52-9c7c-2b1f0a7c6e34'
    Author               = 'The Hartonomous authors'
    CompanyName          = 'The Hartonomous authors'
    Copyright            = 'Copyright (c) 2026 The Hartonomous authors'
    Description          = 'Neural-network weights as a database: every distinct piece of a model stored once, and given back bit for bit.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('Hartonomous.Types.ps1xml')
    FormatsToProcess     = @('Hartonomous.Format.ps1xml')
    CmdletsToExport      = @(
        'Compare-HartModel'
        'Compress-HartTensor'
        'Connect-HartStore'
        'ConvertTo-HartSparseModel'
        'Disconnect-HartStore'
        'Expand-HartTensor'
        'Export-HartModel'
        'Find-HartSimilarAtom'
        'Get-HartIngestionJob'
        'Get-HartLineage'
        'Get-HartModel'
        'Get-HartModelFile'
        'Get-HartStore'
        'Get-HartTenant'
        'Get-HartTensor'
        'Get-HartTensorData'
        'Get-HartTensorInfo'
        'Get-HartTensorScore'
        'Import-HartModel'
        'Invoke-HartSpatialize'
        'Measure-HartLocality'
        'Measure-HartStore'
        'Measure-HartTensor'
        'New-HartTenant'
        'Optimize-HartStore'
        'Remove-HartAtom'
        'Remove-HartModel'
        'Remove-HartTenant'
        'Repair-HartStore'
        'Reset-HartIngestionJob'
        'Resume-HartIngestionJob'
        'Set-HartTenant'
        'Stop-HartIngestionJob'
        'Test-HartStore'
        'Update-HartModel'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('PSEdition_Core', 'Windows', 'Linux', 'MacOS', 'GGUF', 'SafeTensors', 'ONNX', 'PyTorch', 'TensorFlow', 'Keras', 'Deduplication', 'MachineLearning')
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
