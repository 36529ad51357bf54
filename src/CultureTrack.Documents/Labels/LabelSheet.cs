using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;

namespace CultureTrack.Documents.Labels;

/// <summary>The labels of containers of a batch, from its state: contents and expiry as filled, or lines to write on while nothing is filled.</summary>
public static class LabelSheet
{
    public static IReadOnlyList<ContainerLabel> Of(BatchState state, LabelWording wording, IReadOnlyList<string> containerIds, string site, string? mark) =>
        [.. containerIds.Select(id => Label(state, wording, id, site, mark))];

    private static ContainerLabel Label(BatchState state, LabelWording wording, string id, string site, string? mark)
    {
        var container = state.Product.Containers.GetValueOrDefault(id);
        return new(id, state.BatchId, wording.Product, wording.Patient, wording.Din, wording.Statements, container is null ? null : Contents(container),
            wording.Storage ?? "", Expiry(state, container), site, mark);
    }

    private static string Contents(Container c)
    {
        var parts = new[] { c.VolumeMl > 0 ? $"{Exact.Number(c.VolumeMl)} mL" : null, c.Viable is { } cells ? $"{Exact.Number(cells)} viable cells" : null, c.AreaCm2 is { } area ? $"{Exact.Number(area)} cm²" : null };
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Expiry(BatchState state, Container? container)
    {
        // A spare label stands for one of the filled containers.
        if ((container?.ExpiresAt ?? state.Product.ExpiresAt) is { } at) return $"EXPIRES {Exact.Day(state.Zone, at)} ({state.Zone})";
        return state.Definition?.ExpiryFor(state.Registration!.Storage) switch
        {
            { Hours: { } hours } => $"EXPIRES {Exact.Number(hours)} h AFTER FILLING. Filled: ______________________",
            { Months: { } months } => $"EXPIRES {Exact.Number(months)} MONTHS AFTER FILLING, end of day. Filled: ______________",
            ExpiryRule or null => "EXPIRES: ______________________",
        };
    }
}
