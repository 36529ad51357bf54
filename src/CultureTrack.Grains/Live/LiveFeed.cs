using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace CultureTrack.Grains.Live;

/// <inheritdoc />
public sealed class LiveFeed : ILiveFeed
{
    private const int KeptForSlowReaders = 1000;
    private readonly ConcurrentDictionary<Guid, (IReadOnlyCollection<string> Topics, Channel<LiveEvent> Queue)> _subscribers = new();

    public void Publish(LiveEvent happened)
    {
        foreach (var (_, subscriber) in _subscribers)
            if (subscriber.Topics.Any(t => Matches(t, happened.Topic))) subscriber.Queue.Writer.TryWrite(happened);
    }

    public async IAsyncEnumerable<LiveEvent> Subscribe(IReadOnlyCollection<string> topics, [EnumeratorCancellation] CancellationToken ct)
    {
        var id = Guid.NewGuid();
        var queue = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(KeptForSlowReaders) { FullMode = BoundedChannelFullMode.DropOldest });
        _subscribers[id] = (topics, queue);
        try
        {
            await foreach (var happened in queue.Reader.ReadAllAsync(ct)) yield return happened;
        }
        finally { _subscribers.TryRemove(id, out _); }
    }

    private static bool Matches(string pattern, string topic) =>
        pattern == topic || (pattern.EndsWith('*') && topic.StartsWith(pattern[..^1], StringComparison.Ordinal));
}
