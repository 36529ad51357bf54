using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>A bag, vial or sheet package of FillPerformed, or a frozen intermediate.</summary>
public sealed record Container(string Id, decimal VolumeMl, decimal? Viable, decimal? AreaCm2, string? SourceId, bool IsFilled)
{
    public bool Withdrawn { get; init; }
    public string? StoredIn { get; init; }
    public string? Position { get; init; }

    /// <summary>When and what for it was last taken out of storage; null once it is stored again or on its way.</summary>
    public DateTimeOffset? RemovedAt { get; init; }
    public RemovalPurpose? RemovedFor { get; init; }

    public bool Thawed { get; init; }
    public bool Lyophilised { get; init; }
    public bool Shipped { get; init; }
    public bool Delivered { get; init; }
    public bool Administered { get; init; }
    public bool Returned { get; init; }

    /// <summary>Its own expiry: of the fill, shortened by a thaw or an override.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Still in the lab's hands: neither destroyed nor sent off.</summary>
    public bool IsInHouse => !Withdrawn && (!Shipped || Returned) && !Administered;
}

/// <summary>Sheets, containers, labels and expiry of one batch.</summary>
public sealed record ProductState
{
    public static readonly ProductState Empty = new();

    public ImmutableSortedDictionary<string, Container> Containers { get; init; } = ById.None<Container>();

    /// <summary>Sheets by id, as they came off their trays; discarded ones are gone.</summary>
    public ImmutableSortedDictionary<string, DetachedSheet> Sheets { get; init; } = ById.None<DetachedSheet>();

    public ImmutableHashSet<string> MountedSheetIds { get; init; } = [];
    public DateTimeOffset? FilledAt { get; init; }

    /// <summary>Expiry computed at the fill.</summary>
    public DateTimeOffset? FillExpiresAt { get; init; }

    /// <summary>The earliest expiry of the units that are not withdrawn; a unit thawed on its own counts only when no other is left.</summary>
    public DateTimeOffset? ExpiresAt =>
        Filled.Where(c => !c.Thawed).Min(c => c.ExpiresAt) ?? Filled.Min(c => c.ExpiresAt) ?? FillExpiresAt;

    /// <summary>Containers of the fill that were not withdrawn.</summary>
    public IEnumerable<Container> Filled => Containers.Values.Where(c => c is { IsFilled: true, Withdrawn: false }).OrderBy(c => c.Id, StringComparer.Ordinal);

    public ProductState Apply(Recorded e, BatchState before) => e switch
    {
        Recorded<SheetDetached> r => this with { Sheets = Sheets.SetItems(r.Data.Sheets.Select(s => KeyValuePair.Create(s.SheetId, s))) },
        Recorded<SheetMounted> r => this with { MountedSheetIds = MountedSheetIds.Union(r.Data.SheetIds) },
        Recorded<FillPerformed> r => Fill(r),
        Recorded<CellsFrozen> r when before.State == LifeState.InProcess => this with
        {
            Containers = Containers.SetItems(r.Data.Containers.Select(c =>
                KeyValuePair.Create(c.Id, new Container(c.Id, c.VolumeMl, c.Viable, null, null, IsFilled: false)))),
        },
        Recorded<CellsThawed> r => Change(r.Data.ContainerIds, c => c with
        {
            Thawed = true,
            StoredIn = null,
            Position = null,
            ExpiresAt = r.Computed?.Instant("expiresAt") ?? c.ExpiresAt,
        }),
        Recorded<Lyophilised> r => Change(r.Data.ContainerIds, c => c with { Lyophilised = true, ExpiresAt = r.Computed?.Instant("expiresAt") ?? c.ExpiresAt }),
        Recorded<StoredAt> r => Store(r),
        Recorded<RemovedFromStorage> r => Change(r.Data.ContainerIds, c => c with
        {
            StoredIn = null,
            Position = null,
            RemovedAt = e.OccurredAt,
            RemovedFor = r.Data.Purpose,
        }),
        Recorded<ExpiryOverridden> r => Change(r.Data.ContainerIds, c => c with { ExpiresAt = r.Data.NewExpiresAt }),
        Recorded<VesselDiscarded> r => Withdraw(r.Data.Ids),
        Recorded<BatchDiscarded> r => Withdraw(r.Data.Ids),
        Recorded<Shipped> r => Change(r.Data.ContainerIds, c => c with
        {
            Shipped = true,
            Returned = false,
            Delivered = false,
            StoredIn = null,
            Position = null,
            RemovedAt = null,
        }),
        Recorded<Delivered> r => Change(r.Data.ContainerIds, c => c with { Delivered = true }),
        Recorded<Administered> r => Change(r.Data.ContainerIds, c => c with { Administered = true }),
        Recorded<Returned> r => Change(r.Data.ContainerIds, c => c with { Returned = true }),
        _ => this,
    };

    private ProductState Fill(Recorded<FillPerformed> r)
    {
        var expiresAt = r.Computed?.Instant("expiresAt");
        return this with
        {
            FilledAt = r.OccurredAt,
            FillExpiresAt = expiresAt,
            Containers = Containers.SetItems(r.Data.Containers.Select(c => KeyValuePair.Create(
                c.Id, new Container(c.Id, c.VolumeMl, c.Viable, c.AreaCm2, c.SourceId, IsFilled: true) { ExpiresAt = expiresAt }))),
        };
    }

    private ProductState Store(Recorded<StoredAt> r)
    {
        var at = r.Data.ContainerIds.Zip(r.Data.Positions).ToDictionary(p => p.First, p => p.Second);
        return Change(at.Keys, c => c with { StoredIn = r.Data.EquipmentId, Position = at[c.Id], RemovedAt = null, RemovedFor = null });
    }

    private ProductState Withdraw(IReadOnlyList<string> ids) =>
        Change(ids, c => c with { Withdrawn = true, StoredIn = null, Position = null }) with { Sheets = Sheets.RemoveRange(ids) };

    private ProductState Change(IEnumerable<string> ids, Func<Container, Container> change) =>
        this with { Containers = Containers.SetItems(ids.Distinct().Where(Containers.ContainsKey).Select(id => KeyValuePair.Create(id, change(Containers[id])))) };
}
