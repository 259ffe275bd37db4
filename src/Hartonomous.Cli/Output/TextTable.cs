using Spectre.Console;

namespace Hartonomous.Cli.Output;

/// <summary>A table for people. Cells are plain text, never markup, and are made safe here.</summary>
internal sealed class TextTable
{
    private readonly Table _table = new() { Border = TableBorder.Simple };

    /// <summary>Begins a table.</summary>
    /// <param name="columns">The headings; one that begins with <c>&gt;</c> belongs to a column of figures, set to the right.</param>
    public TextTable(params ReadOnlySpan<string> columns)
    {
        foreach (string column in columns)
        {
            bool isRight = column.StartsWith('>');
            _table.AddColumn(new TableColumn(new Text(isRight ? column[1..] : column))
            {
                Alignment = isRight ? Justify.Right : Justify.Left,
                NoWrap = isRight,
            });
        }
    }

    /// <summary>A table of properties and their values, without headings.</summary>
    public static TextTable OfProperties()
    {
        TextTable table = new("Property", "Value");
        table._table.Border = TableBorder.None;
        table._table.ShowHeaders = false;
        return table;
    }

    /// <summary>Adds a row.</summary>
    public void Add(params ReadOnlySpan<string> cells)
    {
        List<Text> row = new(cells.Length);
        foreach (string cell in cells)
        {
            row.Add(new Text(SafeText.Show(cell)));
        }

        _table.AddRow(row);
    }

    /// <summary>Writes the table to standard output, without the blank lines and the blanks at line ends that the library draws.</summary>
    public void WriteTo(CliConsole console)
    {
        using StringWriter drawn = new();
        TerminalOutput.Create(drawn, console.IsOutTerminal).Write(_table);
        foreach (ReadOnlySpan<char> line in drawn.ToString().AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> kept = line.TrimEnd();
            if (kept.Length > 0)
            {
                console.Out.WriteLine(kept);
            }
        }
    }
}
