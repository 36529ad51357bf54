using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments.Recordings;

/// <summary>One recording format. Reading puts entries into a <see cref="Timeline"/>, which settles local time, repeats and gaps.</summary>
internal abstract class RecordingReader
{
    public abstract string Format { get; }

    public abstract bool Recognises(FileContent content);

    /// <summary>Time stamps are wall-clock time without offset.</summary>
    public virtual bool NeedsZone => false;

    /// <summary>Time stamps are seconds since a start the file does not name.</summary>
    public virtual bool NeedsStart => false;

    public abstract void Read(FileContent content, Timeline timeline);
}

/// <summary>One entry before its time is settled: the stamp is an instant, a wall-clock time, or seconds since the start.</summary>
internal sealed record RecordedEntry(int Line, IReadOnlyList<ChannelValue> Values)
{
    public DateTimeOffset? At { get; init; }

    public DateTime? Local { get; init; }

    public decimal? ElapsedSeconds { get; init; }

    public DateTimeOffset? ArrivedAt { get; init; }

    public string? Device { get; init; }
}

internal readonly record struct ChannelValue(string Channel, decimal Value, string Unit);
