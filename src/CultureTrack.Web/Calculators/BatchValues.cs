using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Web.Batches;

namespace CultureTrack.Web.Calculators;

/// <summary>What the record of a batch knows of the inputs of the calculators, by their name.</summary>
internal static class BatchValues
{
    public static IReadOnlyDictionary<string, string> Of(BatchState state, DateTimeOffset now)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        void Put(string name, decimal? value) { if (value is { } v) values[name] = v.ToString("0.####", CultureInfo.InvariantCulture); }
        if (state.Registration is { } order)
        {
            Put("weightKg", order.PatientWeightKg);
            Put("doseVolumeMl", order.DoseVolumeMl);
            Put("administrationHours", order.AdministrationHours);
            Put("bsaM2", order.BsaM2);
            Put("tbsaPct", order.TbsaPct);
            Put("k", order.Route is { } route ? route == Domain.Batches.Route.Intrathecal ? 0.2m : 5 : null);
            if (order.OrderedUnit == OrderUnit.cell) Put("dose", order.OrderedQty);
            if (order is { ProductType: "SPR", OrderedUnit: OrderUnit.cm2 }) Put("areaCm2", order.OrderedQty);
        }
        var vessels = GrowthSeries.Present(state);
        if (vessels.Count > 0) OfVessels(state, vessels, now, Put);
        if (state.Culture.Sources.Values.MaxBy(s => s.At) is { } source && source.Viable > source.Used) Put("cells", source.Viable - source.Used);
        return values;
    }

    private static void OfVessels(BatchState state, IReadOnlyList<Vessel> vessels, DateTimeOffset now, Action<string, decimal?> put)
    {
        var growth = state.Culture.Growth.Where(g => g.Passage == vessels[0].Passage).MaxBy(g => g.To);
        put("seeded", vessels.Sum(v => v.Seeded));
        put("hours", (decimal)Math.Round(((growth?.To ?? now) - vessels.Min(v => v.SeededAt!.Value)).TotalHours, 2));
        put("viableHarvested", (decimal?)growth?.Harvested);
        put("harvested", (decimal?)growth?.Harvested);
        put("oldAreaCm2", vessels.Sum(v => v.AreaCm2));
        put("areaCm2", vessels[0].AreaCm2);
        put("vessels", vessels.Count);
        put("cpdlBefore", (decimal)vessels.Max(v => v.CpdlAtSeeding));
        var area = vessels.Sum(v => v.AreaCm2);
        if (area > 0) put("cellsPerCm2", Math.Round(vessels.Sum(v => v.Seeded) / area));
    }
}
