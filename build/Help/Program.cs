using System.Xml.Linq;
using Hartonomous.Commands;
using Hartonomous.Help;

if (args is ["update", { } pages])
{
    // Pages of cmdlets that are gone are left to people, and to the tests, which refuse them.
    Directory.CreateDirectory(pages);
    HelpPageUpdater updater = new(new CodeComments(typeof(HartCmdlet).Assembly));
    foreach (CmdletDescription cmdlet in CmdletDescription.All)
    {
        string path = Path.Combine(pages, cmdlet.Name + ".md");
        string? text = File.Exists(path) ? File.ReadAllText(path) : null;
        string updated = updater.Update(cmdlet, text);
        if (updated != text)
        {
            File.WriteAllText(path, updated);
            Console.WriteLine($"{(text is null ? "New" : "Updated")}: {path}");
        }
    }

    return 0;
}

if (args is ["maml", { } source, { } target])
{
    try
    {
        XDocument help = MamlWriter.Write([.. CmdletDescription.All.Select(cmdlet => (
            cmdlet, HelpPageReader.Read(cmdlet.Name, File.ReadAllText(Path.Combine(source, cmdlet.Name + ".md")))))]);
        help.Save(target);
        return 0;
    }
    catch (Exception error) when (error is HelpPageException or IOException)
    {
        Console.Error.WriteLine(error.Message);
        return 1;
    }
}

Console.Error.WriteLine(
    """
    update PAGES         writes the syntax and the facts of parameters into the pages, and begins pages for new cmdlets
    maml PAGES FILE      makes the file that Get-Help reads of the pages
    """);
return 2;
