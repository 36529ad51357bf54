using CultureTrack.Store.Events;
using Marten;

namespace CultureTrack.Grains.Notices;

/// <summary>Documents of webhooks and of what is to be handed over.</summary>
public sealed class NoticeStorage : IStoreFeature
{
    public void Configure(StoreOptions options)
    {
        options.Schema.For<Webhook>();
        options.Schema.For<Delivery>().Index(d => d.Target).Index(d => d.Status).Index(d => d.At);
    }
}
