using CultureTrack.Domain.Alarms;
using CultureTrack.Store.Events;
using Marten;

namespace CultureTrack.Grains.Incubators;

/// <summary>Documents of incubators.</summary>
public sealed class IncubatorStorage : IStoreFeature
{
    public void Configure(StoreOptions options)
    {
        foreach (var (type, name) in AlarmEntries.StoredNames) EventStore.Map(options, type, name);
        options.Schema.For<IncubatorSnapshot>();
        options.Schema.For<AlarmMemory>();
        options.Schema.For<AlarmLine>().Index(l => l.At).Index(l => l.IncubatorId);
        options.Schema.For<RecordedCircumstances>().Index(c => c.IncubatorId);
        options.Schema.For<AlarmRecord>().Index(a => a.IncubatorId).Index(a => a.State);
    }
}
