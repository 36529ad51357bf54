using CultureTrack.Instruments.Content;

namespace CultureTrack.Instruments;

/// <summary>One instrument family: how to know its files, and how to read them.</summary>
internal abstract class ResultReader
{
    /// <summary>The family's word in the API, settings and documentation.</summary>
    public abstract string Kind { get; }

    /// <summary>True when the content can only come from this family; must be cheap and must not judge completeness.</summary>
    public abstract bool Recognises(FileContent content);

    public abstract ReadOutcome Read(FileContent content, ReadSettings settings);

    protected ReadOutcome.Rejected Reject(string reason) => new(Kind, reason);
}
