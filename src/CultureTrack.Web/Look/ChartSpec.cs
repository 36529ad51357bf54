namespace CultureTrack.Web.Look;

/// <summary>What a time chart shows. Instants are Unix milliseconds; values in the unit the panel names.</summary>
/// <param name="Summary">The chart in one sentence, for those who do not see it.</param>
/// <param name="Areas">Shaded periods over all panels: excursion, action, door, gap, stay.</param>
public sealed record ChartSpec(long From, long To, string Zone, string Summary, IReadOnlyList<ChartPanel> Panels)
{
    public IReadOnlyList<ChartArea> Areas { get; init; } = [];
    public IReadOnlyList<ChartMove> Moves { get; init; } = [];
    public bool Zoom { get; init; }
    public bool KeepZoom { get; init; }
}

public sealed record ChartPanel(string Name, IReadOnlyList<ChartSeries> Series)
{
    public bool Log { get; init; }
    public double? Min { get; init; }
    public double? Max { get; init; }
    public IReadOnlyList<ChartLimit> Limits { get; init; } = [];

    /// <summary>Every limit is in view with room for its name, not only the nearer ones.</summary>
    public bool AllLimits { get; init; }
    public IReadOnlyList<ChartArea> Areas { get; init; } = [];
}

/// <param name="Data">Rows of [time, value], [time, value, text] or [time, value, text, mark, label]; a null value breaks the line. A mark is alert or critical and gives the point the shape of that state, with the label above.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<object?[]> Data)
{
    public bool Points { get; init; }
    public bool Symbols { get; init; }
    public bool Step { get; init; }
    public bool Dashed { get; init; }
    public bool Thin { get; init; }
    public int? Color { get; init; }

    /// <summary>Series of one name are drawn on top of each other, without lines; the filled one is the area over those before.</summary>
    public string? Stack { get; init; }
    public bool Fill { get; init; }
}

/// <param name="Severity">set, alert, action or critical.</param>
public sealed record ChartLimit(string Name, double Value, string Severity);

public sealed record ChartArea(string Kind, long From, long To);

public sealed record ChartMove(string Name, long At);
