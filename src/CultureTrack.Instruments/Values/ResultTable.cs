using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Values;

/// <summary>A numeric column: canonical name, unit after conversion, factor to that unit, and the headings it is known by.</summary>
internal sealed record NumberColumn(string Name, string Unit, decimal Scale, params string[] Headings);

/// <summary>A column of words: canonical name and the headings it is known by.</summary>
internal sealed record TextColumn(string Name, params string[] Headings);

/// <summary>What the columns of one instrument's table mean.</summary>
/// <param name="Sample">Headings of the sample identifier; required.</param>
/// <param name="Time">Headings of the measuring time; empty when the table has none. Required where given.</param>
/// <param name="OtherTimes">Further date columns: kept as words, and used to find out the date order.</param>
internal sealed record TableMap(
    string Kind, string[] Sample, string[] Time, IReadOnlyList<NumberColumn> Numbers, IReadOnlyList<TextColumn> Texts, IReadOnlyList<TextColumn> OtherTimes);

/// <summary>Reads a table of one sample a row by its headings.</summary>
internal sealed class ResultTable
{
    private readonly TableMap _map;
    private readonly IReadOnlyList<GridRow> _rows;
    private readonly Dictionary<string, int> _columns = [];
    private readonly List<string> _notes = [];
    private readonly int _width;
    private string? _problem;

    /// <param name="headings">The heading of each column; where a format has two heading rows they are joined already.</param>
    /// <param name="rows">Data rows.</param>
    public ResultTable(TableMap map, IReadOnlyList<string> headings, IReadOnlyList<GridRow> rows)
    {
        (_map, _rows) = (map, rows);
        _width = headings.Count;
        var wanted = AllColumns().SelectMany(c => c.Headings, (c, h) => (c.Name, Key: CellText.Key(h))).Distinct().ToLookup(p => p.Key, p => p.Name);
        for (var i = 0; i < headings.Count; i++)
            foreach (var name in wanted[CellText.Key(headings[i])])
                if (!_columns.TryAdd(name, i)) _problem ??= $"The column \"{headings[i].Trim()}\" is there more than once. Which one counts cannot be told.";
        if (!_columns.ContainsKey(SampleName)) _problem ??= $"The column \"{map.Sample[0]}\" is missing.";
        if (map.Time.Length > 0 && !_columns.ContainsKey(TimeName)) _problem ??= $"The column \"{map.Time[0]}\" is missing.";
    }

    private const string SampleName = "sample", TimeName = "time";

    /// <summary>Values and words that stand outside the table and hold for every row.</summary>
    public IReadOnlyList<(NumberColumn Column, object? Cell)> CommonNumbers { get; init; } = [];

    public IReadOnlyDictionary<string, string> CommonTexts { get; init; } = new Dictionary<string, string>();

    /// <summary>Measuring time of all rows where the table has no time column.</summary>
    public object? CommonTime { get; init; }

    public ReadOutcome Read(ReadSettings settings)
    {
        if (_problem is not null) return new ReadOutcome.Rejected(_map.Kind, _problem);
        var rows = _rows.Where(IsData).ToList();
        if (rows.Count == 0) return new ReadOutcome.Empty(_map.Kind, "The file has headings and no result.");
        var numbers = NumberFormat.Decide(NumberTexts(rows), settings.DecimalMark);
        var dates = DateFormat.Decide(DateTexts(rows), settings.DateOrder);
        if ((numbers.Contradiction ?? dates.Contradiction) is { } contradiction) return new ReadOutcome.Rejected(_map.Kind, contradiction);
        ReadQuestion[] questions = [.. new[] { numbers.Question, dates.Question }.OfType<ReadQuestion>()];
        if (questions.Length > 0) return new ReadOutcome.Ambiguous([_map.Kind], questions);
        var records = rows.Select(r => Record(r, numbers.Value!, dates.Value!, settings.Zone)).ToList();
        return new ReadOutcome.Parsed(_map.Kind, Repeats.Linked(records), _notes);
    }

    private ResultRecord Record(GridRow row, NumberFormat numbers, DateFormat dates, TimeZoneInfo? zone)
    {
        var values = new Dictionary<string, ResultValue>();
        var texts = new Dictionary<string, string>(CommonTexts);
        var warnings = new List<string>();
        var cutAt = row.CutOff && row.Cells.Count < _width ? row.Cells.Count - 1 : int.MaxValue;
        if (cutAt != int.MaxValue) warnings.Add("The file ends inside this row; it may be cut short.");
        else if (row.CutOff && _map.Numbers.Any(c => ColumnOf(c.Name) == row.Cells.Count - 1)) warnings.Add("No line end follows the last value; it may be cut short.");
        foreach (var (column, cell) in CommonNumbers)
            if (ValueCell.Read(cell, column.Unit, column.Scale, numbers) is { } common) values[column.Name] = common;
        foreach (var column in _map.Numbers)
            if (ColumnOf(column.Name) is { } at and >= 0 && ValueCell.Read(row.Cell(at), column.Unit, column.Scale, numbers) is { } value)
                values[column.Name] = at < cutAt ? value : value with { Value = null, Remark = "cut off" };
        foreach (var column in _map.Texts.Concat(_map.OtherTimes))
            if (row.Text(ColumnOf(column.Name)) is { Length: > 0 } text) texts[column.Name] = text;
        var sample = row.Text(ColumnOf(SampleName));
        if (sample.Length == 0) warnings.Add("The sample identifier is empty.");
        var timeAt = ColumnOf(TimeName);
        var time = timeAt >= cutAt ? null : dates.Parse(timeAt >= 0 ? row.Cell(timeAt) : CommonTime, zone);
        if (time is null && _map.Time.Length > 0) warnings.Add($"No readable time: \"{row.Text(timeAt)}\".");
        Plausibility.Check(values, warnings);
        return new ResultRecord(row.Number, sample, time, values, texts, warnings);
    }

    // Some exports carry a hidden row that numbers the columns: 0, 1, 2, … It is no sample.
    private bool IsData(GridRow row)
    {
        var numbers = row.Cells.OfType<double>().ToList();
        var filled = row.Cells.Count(c => CellText.Of(c).Length > 0);
        if (filled < 3 || numbers.Count != filled || !numbers.Zip(numbers.Skip(1)).All(p => p.First < p.Second)) return true;
        _notes.Add($"Row {row.Number} only numbers the columns and was passed over.");
        return false;
    }

    private IEnumerable<string> NumberTexts(IReadOnlyList<GridRow> rows) =>
        rows.SelectMany(r => _map.Numbers.Where(c => _columns.ContainsKey(c.Name)).Select(c => r.Cell(_columns[c.Name])))
            .Concat(CommonNumbers.Select(c => c.Cell)).OfType<string>();

    private IEnumerable<string> DateTexts(IReadOnlyList<GridRow> rows) =>
        rows.SelectMany(r => _map.OtherTimes.Select(t => t.Name).Append(TimeName).Where(_columns.ContainsKey).Select(n => r.Cell(_columns[n])))
            .Append(CommonTime).OfType<string>().Select(t => t.Trim());

    private int ColumnOf(string name) => _columns.GetValueOrDefault(name, -1);

    private IEnumerable<(string Name, string[] Headings)> AllColumns() =>
        _map.Numbers.Select(c => (c.Name, c.Headings)).Concat(_map.Texts.Concat(_map.OtherTimes).Select(c => (c.Name, c.Headings)))
            .Append((SampleName, _map.Sample)).Append((TimeName, _map.Time));
}
