namespace CultureTrack.Instruments.Values;

/// <summary>A property of the whole file: settled, open (a person is asked), or contradictory (the file is refused).</summary>
internal sealed record Decided<T> where T : class
{
    public Decided(T value) => Value = value;

    public Decided(ReadQuestion question) => Question = question;

    public Decided(string contradiction) => Contradiction = contradiction;

    public T? Value { get; }

    public ReadQuestion? Question { get; }

    public string? Contradiction { get; }
}
