using CultureTrack.Domain.Controls;
using CultureTrack.Domain.Lab;
using CultureTrack.Grains.Tasks;
using CultureTrack.Grains.Controls;
using CultureTrack.Grains.Tracing;
using CultureTrack.Store.Events;
using JasperFx.Events.Projections;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>Documents and event names of the registers.</summary>
public sealed class LabStorage : IStoreFeature
{
    public void Configure(StoreOptions options)
    {
        foreach (var kind in LabCatalogue.ByName.Values) EventStore.Map(options, kind.DataType, kind.StoredName);
        options.Schema.For<Site>().Identity(s => s.SiteId);
        options.Schema.For<Patient>().Identity(p => p.PatientRef);
        options.Schema.For<PatientIdentity>();
        options.Schema.For<Donor>().Identity(d => d.DonorRef);
        options.Schema.For<Material>().Identity(m => m.LotId).Index(m => m.Status).Index(m => m.Kind);
        options.Schema.For<Equipment>().Identity(e => e.EquipmentId).Index(e => e.Site);
        options.Schema.For<Gateway>().Identity(g => g.GatewayId);
        options.Schema.For<DeviceCredential>().Index(c => c.Username).Index(c => c.TokenHash);
        options.Schema.For<SpecificationRecord>();
        options.Schema.For<ProductTypeRecord>().Index(r => r.Code);
        options.Schema.For<InstrumentFileRecord>().Index(f => f.Sha256);
        options.Schema.For<Capa>().Identity(c => c.CapaId).Index(c => c.Status);
        options.Schema.For<LabDeviation>().Identity(d => d.DeviationId).Index(d => d.EquipmentId!);
        options.Schema.For<LabTask>().Identity(t => t.TaskId);
        options.Schema.For<TaskMark>();
        options.Schema.For<Method>().Identity(m => m.MethodId);
        options.Schema.For<ControlSample>().Identity(c => c.ControlId);
        options.Schema.For<ControlInRun>().Index(r => r.RunId);
        options.Schema.For<ResultInRun>().Index(r => r.RunId);
        options.Schema.For<EmSession>().Identity(s => s.SessionId).GinIndexJsonData();    // by the batches it names
        options.Projections.Add(new RoomContacts(), ProjectionLifecycle.Inline, "room-contacts");
    }
}
