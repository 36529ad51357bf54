namespace CultureTrack.Grains.Live;

/// <summary>Something a screen may want to show at once.</summary>
/// <param name="Topic"><c>incubator:INC-02</c>, <c>batch:CEA-26-0001</c> or <c>alarms</c>.</param>
/// <param name="Kind">reading, alarm, batch or incubator.</param>
public sealed record LiveEvent(string Topic, string Kind, object Data);

/// <summary>Publish and subscribe inside one server. A slow subscriber loses the oldest events, never the sender's time.</summary>
public interface ILiveFeed
{
    void Publish(LiveEvent happened);

    /// <summary>Events of the given topics from now on; <c>*</c> at the end of a topic matches any rest.</summary>
    IAsyncEnumerable<LiveEvent> Subscribe(IReadOnlyCollection<string> topics, CancellationToken ct);
}
