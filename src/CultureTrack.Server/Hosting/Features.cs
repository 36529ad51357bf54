using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Notices;
using CultureTrack.Grains.People;
using CultureTrack.Store.Events;

namespace CultureTrack.Server.Hosting;

/// <summary>Every feature that keeps events or documents; migrations and the running server must know the same ones.</summary>
internal static class Features
{
    public static IReadOnlyList<IStoreFeature> All { get; } = [new BatchStorage(), new IncubatorStorage(), new LabStorage(), new PeopleStorage(), new NoticeStorage()];
}
