using System.Text.Json;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Changes one field of an earlier entry; the entry itself stays as it was and both values are shown .</summary>
/// <param name="Field">Path inside the data of the corrected event, such as <c>viabilityPct</c> or <c>values[0].value</c>.</param>
public sealed record RecordCorrected(Guid CorrectsEventId, string Field, JsonElement OldValue, JsonElement NewValue, string Reason) : EventData;

internal static class CorrectionRules
{
    public static void Check(RecordCorrected e, Judgement j) { }

    public static Recorded Patch(Recorded e, RecordCorrected c) => e;
}
