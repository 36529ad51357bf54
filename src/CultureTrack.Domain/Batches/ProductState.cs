using System.Collections.Immutable;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>A time a container spent in one piece of storage equipment; <see cref="To"/> is null while it is inside.</summary>
public sealed record StorageStay(string EquipmentId, DateTimeOffset From, DateTimeOffset? To);

/// <summary>A bag, vial or sheet package of FillPerformed, or a frozen intermediate.</summary>
public sealed record Container(string Id, decimal VolumeMl, decimal? Viable, decimal? AreaCm2, string? SourceId, bool IsFilled)
{
    public bool Withdrawn { get; init; }
    public string? Position { get; init; }

    /// <summary>Its times in freezers and refrigerators; the last has no end while it is inside.</summary>
    public ImmutableList<StorageStay> Stays { get; init; } = [];

    public string? StoredIn => Stays.LastOrDefault() is { To: null } stay ? stay.EquipmentId : null;

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
        Recorded<CellsThawed> r => Change(r.Data.ContainerIds, c => Out(c, e.OccurredAt) with
        {
            Thawed = true,
            ExpiresAt = r.Computed?.Instant("expiresAt") ?? c.ExpiresAt,
        }),
        Recorded<Lyophilised> r => Change(r.Data.ContainerIds, c => c with { Lyophilised = true, ExpiresAt = r.Computed?.Instant("expiresAt") ?? c.ExpiresAt }),
        Recorded<StoredAt> r => Store(r),
        Recorded<RemovedFromStorage> r => Change(r.Data.ContainerIds, c => Out(c, e.OccurredAt) with
        {
            RemovedAt = e.OccurredAt,
            RemovedFor = r.Data.Purpose,
        }),
        Recorded<ExpiryOverridden> r => Change(r.Data.ContainerIds, c => c with { ExpiresAt = r.Data.NewExpiresAt }),
        Recorded<VesselDiscarded> r => Withdraw(r.Data.Ids, e.OccurredAt),
        Recorded<BatchDiscarded> r => Withdraw(r.Data.Ids, e.OccurredAt),
        Recorded<Shipped> r => Change(r.Data.ContainerIds, c => Out(c, e.OccurredAt) with
        {
            Shipped = true,
            Returned = false,
            Delivered = false,
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
        return Change(at.Keys, c => Out(c, r.OccurredAt) with
        {
            Stays = Out(c, r.OccurredAt).Stays.Add(new(r.Data.EquipmentId, r.OccurredAt, null)),
            Position = at[c.Id],
            RemovedAt = null,
            RemovedFor = null,
        });
    }

    private static Container Out(Container c, DateTimeOffset at) => c.Stays.LastOrDefault() is { To: null } stay
        ? c with { Position = null, Stays = c.Stays.SetItem(c.Stays.Count - 1, stay with { To = at }) } : c with { Position = null };

    private ProductState Withdraw(IReadOnlyList<string> ids, DateTimeOffset at) =>
        Change(ids, c => Out(c, at) with { Withdrawn = true }) with { Sheets = Sheets.RemoveRange(ids) };

    private ProductState Change(IEnumerable<string> ids, Func<Container, Container> change) =>
        this with { Containers = Containers.SetItems(ids.Distinct().Where(Containers.ContainsKey).Select(id => KeyValuePair.Create(id, change(Containers[id])))) };
}
