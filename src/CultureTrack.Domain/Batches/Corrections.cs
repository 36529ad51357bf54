using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

/// <summary>Changes one field of an earlier entry; the entry itself stays as it was and both values are shown (R-03).</summary>
/// <param name="Field">Path inside the data of the corrected event, such as <c>viabilityPct</c> or <c>values[0].value</c>.</param>
/// <param name="OldValue">What the record says there; null when it says nothing.</param>
public sealed record RecordCorrected(Guid CorrectsEventId, string Field, JsonElement? OldValue, JsonElement? NewValue, string Reason) : EventData;

internal static class CorrectionRules
{
    // Refusals of the corrected entry's own rules that the new value alone can cause.
    private static readonly HashSet<string> OfValue = [Codes.ValFormat, Codes.ValRange, Codes.ValUnit, Codes.ValOrder, Codes.ValDin];

    // What a batch is and whose: fixed at registration (2.1, R-24). A mistake there ends the batch; another one is registered.
    private static readonly HashSet<string> Identity =
        ["batchId", "productType", "specId", "specVersion", "site", "autologous", "patientRef", "donorRef", "storage", "cultured"];

    public static void Check(RecordCorrected e, Judgement j)
    {
        EntryRules.RequireReason(e.Reason, Judgement.Data("reason"), j);
        j.Require(j.Entry.Signature is not null || j.Entry.Origin == Origin.Imported, Codes.ValRequired, "signature", "A correction is signed.");
        var original = j.State.Event(e.CorrectsEventId);
        if (!j.Guard(original is not null and not Recorded<RecordCorrected>, "correctsEventId",
            $"{e.CorrectsEventId} is no entry of this batch that can be corrected.")) return;
        CheckActor(original!, j);
        if (!CheckField(e, original!, j)) return;
        var patched = Rebuild(original!, e, j);
        if (patched is not null) CheckValue(original!, patched, j);
        j.FlagIf(j.State.Of<RecordReviewed>().Any(), Flags.ReviewVoided, "field", null, e.Field);
    }

    private static void CheckActor(Recorded original, Judgement j)
    {
        var actor = j.Entry.Actor;
        j.Require(actor.UserId == original.ActorId || actor.RoleFor([Roles.QualityAssurance]) is not null, Codes.SodRole, "type",
            $"Only {original.ActorId} or QA may correct this entry.");
    }

    private static bool CheckField(RecordCorrected e, Recorded original, Judgement j)
    {
        var name = JsonPath.Parts(e.Field) is [var first, ..] ? first : "";
        if (!j.Guard(original is not Recorded<DispositionSigned>, "correctsEventId", "A signed disposition is not corrected.")) return false;
        if (!j.Guard(original is not Recorded<BatchRegistered> || !Identity.Contains(name), "field",
            $"{name} is fixed at registration; terminate the batch and register it anew.")) return false;
        var stored = JsonPath.Get(JsonSerializer.SerializeToNode(original.Body, original.Body.GetType(), RecordJson.Options)!, e.Field, out var exists);
        var computed = original.Computed?.Values.ContainsKey(name) == true && !exists;
        if (!j.Guard(!computed, "field", $"{e.Field} is computed; correct what it is computed from.")) return false;
        if (!j.Require(exists || IsMember(original, name), Codes.ValFormat, Judgement.Data("field"), $"{original.Type} has no field {e.Field}.")) return false;
        var same = JsonPath.Same(stored, e.OldValue);
        return j.Guard(same, "oldValue", $"The record says {stored?.ToJsonString() ?? "nothing"} there.");
    }

    // A field left out when the entry was made is not in its JSON, but may be given now.
    private static bool IsMember(Recorded original, string name) =>
        original.Body.GetType().GetProperties().Any(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name) == name);

    private static Recorded? Rebuild(Recorded original, RecordCorrected e, Judgement j)
    {
        var findings = new List<Finding>();
        var patched = Patch(original, e, findings);
        foreach (var finding in findings) j.Reject(finding.Code is Codes.ValBody ? Codes.ValFormat : finding.Code, Judgement.Data("newValue"), finding.Message);
        // A path into a list or below a plain value that leads nowhere: nothing could be put there.
        j.Require(patched is not null || findings.Count > 0, Codes.ValFormat, Judgement.Data("field"), $"{original.Type} has no field {e.Field}.");
        return patched;
    }

    // The corrected entry must have been possible: its rules are asked again, on the batch as it was before it.
    private static void CheckValue(Recorded original, Recorded patched, Judgement j)
    {
        var before = BatchFold.Fold(j.State.History.TakeWhile(h => h.EventId != original.EventId));
        var again = Judge(original, patched.Body, before, j);
        // What was so before the correction is not of its making.
        var known = Judge(original, original.Body, before, j).Findings.Select(f => (f.Code, f.Field)).ToHashSet();
        foreach (var finding in again.Findings.Where(f => OfValue.Contains(f.Code) && !known.Contains((f.Code, f.Field))))
            j.Reject(finding.Code, Judgement.Data("newValue"), finding.Message);
        if (again.Computed is { } computed)
            j.Compute(computed.Formula, [.. computed.Inputs, original.EventId], [.. computed.Values.Select(v => (v.Key, v.Value))]);
    }

    private static Judgement Judge(Recorded original, EventData body, BatchState before, Judgement j)
    {
        var again = new Judgement(before, new Entry(body, j.Entry.Actor, original.RecordedAt, original.OccurredAt), j.Facts);
        EventCatalogue.Of(body).Rule(again);
        return again;
    }

    /// <summary>The entry with the corrected value in it; as it was when the correction does not fit it.</summary>
    public static Recorded Patch(Recorded e, RecordCorrected c) => Patch(e, c, []) ?? e;

    private static Recorded? Patch(Recorded e, RecordCorrected c, List<Finding> findings)
    {
        var json = JsonSerializer.SerializeToNode(e.Body, e.Body.GetType(), RecordJson.Options)!;
        if (!JsonPath.Set(json, c.Field, c.NewValue)) return null;
        var body = EventReader.Read(e.Body.GetType(), JsonSerializer.SerializeToElement(json), "", findings);
        return body is EventData data ? e.WithBody(data) : null;
    }
}

/// <summary>Paths such as <c>values[0].value</c>, also written <c>values.0.value</c> or with <c>data.</c> before it.</summary>
internal static partial class JsonPath
{
    [GeneratedRegex(@"[^.\[\]]+")]
    private static partial Regex Part();

    public static IReadOnlyList<string> Parts(string path)
    {
        var parts = Part().Matches(path).Select(m => m.Value).ToList();
        return parts is ["data", _, ..] ? parts[1..] : parts;
    }

    public static JsonNode? Get(JsonNode root, string path, out bool exists)
    {
        JsonNode? node = root;
        exists = false;
        foreach (var part in Parts(path))
        {
            (exists, node) = node switch
            {
                JsonObject o when o.TryGetPropertyValue(part, out var member) => (true, member),
                JsonArray a when int.TryParse(part, CultureInfo.InvariantCulture, out var i) && i >= 0 && i < a.Count => (true, a[i]),
                _ => (false, null),
            };
            if (!exists) return null;
        }
        return node;
    }

    public static bool Set(JsonNode root, string path, JsonElement? value)
    {
        var parts = Parts(path);
        if (parts.Count == 0) return false;
        var parent = parts.Count == 1 ? root : Get(root, string.Join('.', parts.Take(parts.Count - 1)), out _);
        var fresh = value is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given ? JsonNode.Parse(given.GetRawText()) : null;
        switch (parent)
        {
            case JsonObject o: o[parts[^1]] = fresh; return true;
            case JsonArray a when int.TryParse(parts[^1], CultureInfo.InvariantCulture, out var i) && i >= 0 && i < a.Count: a[i] = fresh; return true;
            default: return false;
        }
    }

    /// <summary>The same value, however its numbers and instants are written.</summary>
    public static bool Same(JsonNode? stored, JsonElement? value)
    {
        if (value is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } given) return stored is null;
        if (stored is null) return false;
        var element = JsonSerializer.SerializeToElement(stored);
        if (element.ValueKind != given.ValueKind) return false;
        return element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetDecimal(out var a) && given.TryGetDecimal(out var b) && a == b,
            JsonValueKind.String => element.GetString() == given.GetString()
                || (EventReader.TryInstant(element.GetString(), out var x) && EventReader.TryInstant(given.GetString(), out var y) && x == y),
            _ => JsonElement.DeepEquals(element, given),
        };
    }
}
