using CultureTrack.Store.Events;
using JasperFx.Events.Projections;
using Marten;

namespace CultureTrack.Grains.Batches;

/// <summary>Documents and projections of batches.</summary>
public sealed class BatchStorage : IStoreFeature
{
    public void Configure(StoreOptions options)
    {
        options.Schema.For<BatchSummary>().Index(b => b.State).Index(b => b.ProductType);
        options.Schema.For<DueWork>().Index(d => d.BatchId);
        options.Schema.For<DeviationRecord>().Index(d => d.DeviationId).Index(d => d.BatchId);
        options.Schema.For<IdInUse>().Index(i => i.BatchId);
        options.Schema.For<StoragePosition>().Index(p => p.BatchId).Index(p => p.EquipmentId);
        options.Schema.For<Allocation>().Index(a => a.SourceBatchId).Index(a => a.BatchId);
        options.Schema.For<LotValue>().Index(v => v.BatchId).Index(v => v.Criterion);
        options.Schema.For<Domain.Tracing.BatchLineage>();
        options.Schema.For<Occupancy>().Index(o => o.IncubatorId).Index(o => o.BatchId);
        options.Projections.Add(new BatchReadModels(), ProjectionLifecycle.Inline, "batches");
    }
}
