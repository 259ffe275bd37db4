using System.Text;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Distinct texts, as one JSON array in a parameter; other parameters refer to them by their place.</summary>
internal sealed class TextList
{
    private readonly Dictionary<string, int> _places = [];
    private readonly StringBuilder _json = new("[");

    /// <summary>The place of a text, which is added if need be.</summary>
    public int PlaceOf(string text)
    {
        if (!_places.TryGetValue(text, out int place))
        {
            place = _places.Count;
            _places.Add(text, place);
            _json.Append(place == 0 ? string.Empty : ",").Append(SqlText.ToJson(text));
        }

        return place;
    }

    /// <summary>All of them.</summary>
    public override string ToString() => _json + "]";
}
