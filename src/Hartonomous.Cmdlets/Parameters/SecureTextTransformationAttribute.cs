using System.Management.Automation;
using System.Security;

namespace Hartonomous.Commands;

/// <summary>Takes plain text where a secure string is expected: Azure's cmdlets have given tokens as one or the other.</summary>
internal sealed class SecureTextTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not string text)
        {
            return value;
        }

        SecureString secure = new();
        foreach (char c in text)
        {
            secure.AppendChar(c);
        }

        secure.MakeReadOnly();
        return secure;
    }
}
