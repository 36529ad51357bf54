using System.Text.Json;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Alarms;

/// <summary>What an alarm means and what to do about it; without an action it would be an event, not an alarm (domain.md 4.6).</summary>
/// <param name="Kind">Kind of the point.</param>
/// <param name="Channel">Channel, or null for any.</param>
/// <param name="Detail">Beginning of the point's detail, such as <c>high</c>, or null for any.</param>
/// <param name="Cause">Usual causes.</param>
/// <param name="Consequence">What happens if nobody acts.</param>
/// <param name="OperatorAction">What to do.</param>
/// <param name="RespondActionMin">Time to respond to the action alarm, min.</param>
/// <param name="RespondCriticalMin">Time to respond to the critical alarm, min.</param>
public sealed record AlarmDefinition(
    AlarmKind Kind, string? Channel, string? Detail, string Cause, string Consequence, string OperatorAction, int RespondActionMin, int RespondCriticalMin);

/// <summary>The definitions that come with the product, most specific first.</summary>
public static class AlarmDefinitions
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public static IReadOnlyList<AlarmDefinition> All { get; } = Load();

    /// <summary>The definition of a point; every kind has one that fits any channel.</summary>
    public static AlarmDefinition Of(AlarmPoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return All.First(d => d.Kind == point.Kind && (d.Channel is null || d.Channel == point.Channel)
                              && (d.Detail is null || point.Detail.StartsWith(d.Detail, StringComparison.Ordinal)));
    }

    private static IReadOnlyList<AlarmDefinition> Load()
    {
        var assembly = typeof(AlarmDefinitions).Assembly;
        var name = assembly.GetManifestResourceNames().Single(n => n.EndsWith("Alarms.definitions.json", StringComparison.Ordinal));
        using var stream = assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<IReadOnlyList<AlarmDefinition>>(stream, Json)!;
    }
}
