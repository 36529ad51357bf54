using System.Text.Json;
using CultureTrack.Domain.Records;

namespace CultureTrack.Documents;

/// <summary>Ids of attachments that an event's data names, in whatever member: they hold the hash of the file and bind it to the event.</summary>
public static class AttachmentRefs
{
    public static IEnumerable<string> Of(EventData data) => Texts(JsonSerializer.SerializeToElement(data, data.GetType(), RecordJson.Options)).Where(AttachmentId.IsOne).Distinct();

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Texts(m.Value)),
        _ => [],
    };
}
