using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Hartonomous.Tests.Support.ServerAwareTestFramework", "Hartonomous.UnitTests")]

namespace Hartonomous.Tests.Support;

/// <summary>
/// xunit, except that the tests of a class that <see cref="RequiresSqlServerAttribute">needs a server</see> are found as skipped where there is
/// none. An attribute of a test method cannot do that: the store's contract is inherited, and its methods know no server.
/// </summary>
public sealed class ServerAwareTestFramework(IMessageSink messageSink) : XunitTestFramework(messageSink)
{
    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new Discoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Discoverer(IAssemblyInfo assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkDiscoverer(assembly, source, diagnostics)
    {
        protected override bool FindTestsForMethod(
            ITestMethod testMethod, bool includeSourceInformation, IMessageBus messageBus, ITestFrameworkDiscoveryOptions discoveryOptions)
        {
            string? reason = testMethod.TestClass.Class.GetCustomAttributes(typeof(RequiresSqlServerAttribute)).SingleOrDefault() is { } needs
                ? TestServer.WhyNot(needs.GetNamedArgument<string?>(nameof(RequiresSqlServerAttribute.Feature)))
                : null;
            bool isTest = testMethod.Method.GetCustomAttributes(typeof(FactAttribute)).Any();
            if (reason is null || !isTest)
            {
                return base.FindTestsForMethod(testMethod, includeSourceInformation, messageBus, discoveryOptions);
            }

            XunitSkippedDataRowTestCase skipped = new(
                DiagnosticMessageSink, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, testMethod, reason, []);
            return ReportDiscoveredTestCase(skipped, includeSourceInformation, messageBus);
        }
    }
}
