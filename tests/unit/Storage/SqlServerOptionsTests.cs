using System.Net;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

public class SqlServerOptionsTests
{
    [Fact]
    public void A_password_is_in_no_text_of_the_settings()
    {
        SqlServerOptions options = SqlServerOptions.Parse("Server=sql01;Database=hart;User ID=importer;Password=s3cret!");

        Assert.Equal(("sql01", "hart", "sql01/hart"), (options.Server, options.Database, options.ToString()));
        using SqlConnection connection = options.NewConnection();
        Assert.DoesNotContain("s3cret", connection.ConnectionString, StringComparison.Ordinal);
        Assert.Equal("importer", connection.Credential.UserId);
    }

    [Fact]
    public void Connections_are_encrypted_and_certificates_checked_unless_told_otherwise()
    {
        using SqlConnection connection = SqlServerOptions.Create("sql01", "hart", "u", new NetworkCredential("", "p").SecurePassword).NewConnection();
        SqlConnectionStringBuilder settings = new(connection.ConnectionString);

        Assert.Equal(SqlConnectionEncryptOption.Mandatory, settings.Encrypt);
        Assert.False(settings.TrustServerCertificate);
        Assert.False(settings.IntegratedSecurity);
    }

    [Fact]
    public void Without_a_login_windows_signs_in_and_a_token_is_passed_on()
    {
        using SqlConnection windows = SqlServerOptions.Create("sql01", "hart").NewConnection();
        Assert.True(new SqlConnectionStringBuilder(windows.ConnectionString).IntegratedSecurity);
        using SqlConnection token = SqlServerOptions.Create("sql01", "hart", accessToken: "eyJ0").NewConnection();
        Assert.Equal("eyJ0", token.AccessToken);
        Assert.False(new SqlConnectionStringBuilder(token.ConnectionString).IntegratedSecurity);
    }

    [Theory]
    [InlineData("Server=sql01")]
    [InlineData("Database=hart")]
    [InlineData("Password=s3cret;Nonsense=1")]
    [InlineData("s3cret")]
    public void What_is_no_connection_string_is_refused_without_repeating_it(string text)
    {
        StoreException error = Assert.Throws<StoreException>(() => SqlServerOptions.Parse(text));

        Assert.Equal(StoreErrorCodes.StoreInvalid, error.Code);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_not_there_is_named_in_the_error()
    {
        SqlServerOptions options = SqlServerOptions.Parse("Server=127.0.0.1,1;Database=hart;User ID=u;Password=s3cret;Connect Timeout=2;Connect Retry Count=0");

        StoreException error = Assert.Throws<StoreException>(() => SqlServerStore.Open(options));

        Assert.Equal((StoreErrorCodes.ServerUnreachable, "127.0.0.1,1/hart"), (error.Code, error.Subject));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }
}
