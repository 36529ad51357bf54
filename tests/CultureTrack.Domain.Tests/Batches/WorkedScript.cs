using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Plays the entries of one batch of an acceptance script against the decider alone.</summary>
internal sealed class WorkedScript(string path, string batch)
{
    // Judged on telemetry or on the verdict, which are not here; they are put into the stream as they are.
    private static readonly HashSet<string> TakenAsTheyAre = [nameof(RecordReviewed), nameof(DispositionSigned), nameof(ExcursionAssessed)];
    private static readonly HashSet<string> LeftOut = [nameof(DeviationClosed), nameof(OosConcluded)];

    private readonly Lab _lab = new();
    private readonly Dictionary<string, Guid> _saved = new(StringComparer.Ordinal);
    private BatchState _state = BatchState.Initial;
    private DateTimeOffset _now;
    private DateTimeOffset? _heatAt;
    private string _scriptBatch = "";

    public List<string> Failures { get; } = [];
    public int Judged { get; private set; }

    public void Run()
    {
        foreach (var text in File.ReadLines(path).Where(l => l.Length > 0 && l[0] != '#'))
        {
            var line = JsonNode.Parse(text)!.AsObject();
            if (line["script"] is not null) _scriptBatch = (string)line["batch"]!;
            Tick(line);
            if ((string?)line["telemetry"] is not null && (string?)line["channel"] == "temperature") _heatAt = Instant(line["from"]!).AddMinutes(9);
            if (line["setup"] is not null) SetUp(line);
            else if ((string?)line["post"] is { } post) Post(post, line);
            else if (((string?)line["batch"] ?? _scriptBatch) != batch) continue;
            else if (line["check"] is not null) Check(line);
            else if (line["event"] is not null) Enter([line], line);
            else if (line["events"] is JsonArray several) Enter([.. several.Select(e => e!.AsObject())], line);
        }
    }

    private void Tick(JsonObject line)
    {
        if (line["at"] is null) return;
        _now = Instant(line["at"]!);
        if (_heatAt is not { } heat || _now < heat) return;
        // What the excursion judge would find: a critical deviation, and with it the hold.
        var data = new DeviationOpened("DEV-HEAT", "Critical temperature", DeviationClass.Critical, "INC-04/temperature/high");
        _state = ((Accepted)BatchDecider.Decide(_state, new Entry(data, Actor.Software, heat, Origin: Origin.System), _lab.Facts(_state, data))).State;
        _heatAt = null;
    }

    private void SetUp(JsonObject line)
    {
        foreach (var item in line["items"]!.AsArray().Select(i => i!.AsObject()))
            switch ((string)line["setup"]!)
            {
                case "sites": _lab.Site = new((string)item["siteId"]!, (string)item["zone"]!, Enum.Parse<Jurisdiction>((string)item["jurisdiction"]!)); break;
                case "users": _lab.Person((string)item["user"]!, [.. item["roles"]!.AsArray().Select(r => (string)r!)]); break;
                case "patients": _lab.Patients[(string)item["patientRef"]!] = new((string)item["patientRef"]!, (string)item["secondIdentifier"]!); break;
                case "donors": _lab.Donors[(string)item["donorRef"]!] = new((string)item["donorRef"]!, (string?)item["autologousFor"]); break;
                case "materials":
                    _lab.Lots[(string)item["lotId"]!] = new(
                        (string)item["lotId"]!, (string)item["kind"]!, Instant(item["expiresAt"]!), Lab.Always, null, (bool?)item["bovine"] ?? false,
                        (bool?)item["feeder"]?["arrestControlPassed"], (bool?)item["feeder"]?["adventitiousAgentsNegative"]);
                    break;
                case "incubators":
                    _lab.Equipment[(string)item["incubatorId"]!] = new(
                        (string)item["incubatorId"]!, (string)item["kind"]!, (string)item["status"]!, (int?)item["shelves"] ?? 0, [], new Dictionary<int, IReadOnlyList<string>>());
                    break;
            }
    }

    private void Post(string to, JsonObject line)
    {
        var body = line["body"]!.AsObject();
        if (to == "/em-sessions" && body["batchIds"]!.AsArray().Any(b => (string)b! == batch))
            _lab.EmSessions[(string)body["sessionId"]!] = new((string)body["sessionId"]!, Instant(body["startAt"]!), null, null, null, null);
        if (to.StartsWith("/em-sessions/", StringComparison.Ordinal) && _lab.EmSessions.TryGetValue(to.Split('/')[2], out var session))
            _lab.EmSessions[session.SessionId] = session with { EndAt = Instant(body["endAt"]!), Particles05PerM3 = (decimal)body["particles05PerM3"]!, Particles50PerM3 = (decimal)body["particles50PerM3"]! };
        if (to == "/batches" && (string)body["batchId"]! == batch)
            Enter([new JsonObject { ["event"] = nameof(BatchRegistered), ["data"] = body.DeepClone() }], line);
    }

    private void Enter(IReadOnlyList<JsonObject> entries, JsonObject line)
    {
        var (user, first) = ((string)line["as"]!, true);
        foreach (var entry in entries)
        {
            var type = (string?)entry["event"] ?? (string)entry["type"]!;
            if (LeftOut.Contains(type)) continue;
            var kind = EventCatalogue.ByName[type];
            var findings = new List<Finding>();
            var data = (EventData?)EventReader.Read(kind.DataType, Resolve(entry["data"]!), "data", findings);
            if (data is null) Fail(line, string.Join("; ", findings));
            else if (TakenAsTheyAre.Contains(type) && line["refused"] is null) Append(data, kind, user);
            else if (!TakenAsTheyAre.Contains(type)) Judge(data, user, entry, line, first);
            first = false;
        }
    }

    private void Append(EventData data, EventKind kind, string user)
    {
        var e = new Stamp(_state.BatchId, _now, _now, _lab.People[user], kind.By[0], _state.Zone).Record(data, _state.Version + 1);
        _state = BatchFold.Apply(_state, e);
    }

    private void Judge(EventData data, string user, JsonObject entry, JsonObject line, bool first)
    {
        Judged++;
        Signing? Of(string member, string? meaning) => (string?)entry[member] is { } who ? new(_lab.People[meaning is null ? user : who], meaning ?? who, true) : null;
        var decision = BatchDecider.Decide(
            _state, new(data, _lab.People[user], _now, Comment: (string?)entry["comment"], Reason: (string?)entry["reason"], Signature: Of("sign", null), Verification: Of("verify", Meanings.Verified)),
            _lab.Facts(_state, data));
        if ((string?)line["refused"] is { } code)
        {
            if (decision is not Refused r || !(code.EndsWith('*') ? r.Code.StartsWith(code[..^1], StringComparison.Ordinal) : r.Code == code))
                Fail(line, $"expected {code}, not {(decision as Refused)?.Code ?? "acceptance"}");
            return;
        }
        if (decision is not Accepted yes)
        {
            Fail(line, $"{data.GetType().Name} refused: {string.Join("; ", ((Refused)decision).Findings)} {string.Join("; ", ((Refused)decision).Flags)}");
            return;
        }
        _state = yes.State;
        if (first && (string?)line["save"] is { } name) _saved[name] = yes.Events[0].EventId;
        if (first) Compare(line, yes.Events[0]);
    }

    private void Compare(JsonObject line, Recorded e)
    {
        if (line["expect"]?["json"] is JsonObject json) CheckBatch(line, json);
        if (line["expect"]?["event"]?["flags"] is JsonArray flags)
        {
            var (expected, actual) = (flags.Select(f => (string)f!).Order().ToList(), e.Flags.Select(f => f.Code).Distinct().Order().ToList());
            if (!expected.SequenceEqual(actual)) Fail(line, $"flags {string.Join(",", actual)}, not {string.Join(",", expected)}");
        }
        foreach (var (name, value) in line["expect"]?["event"]?["computed"] as JsonObject ?? [])
        {
            if (value is null && e.Computed?.Values.GetValueOrDefault(name) is not null) Fail(line, $"{name} is {e.Computed.Values[name]}, not null");
            else if (value?.GetValueKind() == JsonValueKind.Number && !Close((double)value, (double?)e.Computed?.Number(name))) Fail(line, $"{name} is {e.Computed?.Number(name)}, not {value}");
            else if (value?.GetValueKind() == JsonValueKind.String && e.Computed?.Instant(name) != Instant(value)) Fail(line, $"{name} is {e.Computed?.Values.GetValueOrDefault(name)}, not {value}");
        }
    }

    private void Check(JsonObject line)
    {
        if ((string)line["check"]! == "batch" && line["is"] is JsonObject expected) CheckBatch(line, expected);
    }

    private void CheckBatch(JsonObject line, JsonObject expected)
    {
        void Same(string name, object? actual)
        {
            if (expected[name] is JsonValue value && actual?.ToString() != value.ToString()) Fail(line, $"{name} is {actual}, not {value}");
        }
        Same("state", _state.State);
        Same("phase", _state.Phase);
        Same("distribution", _state.Distribution);
        Same("passage", _state.Culture.Passage);
        Same("cpdlFlag", _state.Culture.P0Unknown ? "P0Unknown" : null);
        if (expected["cpdlFlag"] is JsonObject && _state.Culture.P0Unknown) Fail(line, "P0 is still unknown");
        if (expected["cpdl"] is JsonValue cpdl && !Close((double)cpdl, _state.Culture.Cpdl)) Fail(line, $"cpdl is {_state.Culture.Cpdl}, not {cpdl}");
        if (expected["expiresAt"] is JsonValue expiry && _state.Product.ExpiresAt != Instant(expiry)) Fail(line, $"expiresAt is {_state.Product.ExpiresAt}, not {expiry}");
    }

    private static bool Close(double expected, double? actual) => actual is { } a && Math.Abs(a - expected) <= 1e-3 * Math.Abs(expected);

    // {"$ref":"svf.events.0.eventId"} stands for the event the named line made; what refers to verdicts and exceptions becomes empty.
    private JsonElement Resolve(JsonNode data)
    {
        JsonNode? Replace(JsonNode? node) => node switch
        {
            JsonObject o when (string?)o["$ref"] is { } reference => _saved.TryGetValue(reference.Split('.')[0], out var id) ? JsonValue.Create(id.ToString())
                : reference.Contains("ersion", StringComparison.Ordinal) ? JsonValue.Create(0) : reference.Contains('[') ? JsonValue.Create("unknown") : new JsonArray(),
            JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Replace(m.Value)))),
            JsonArray a => new JsonArray([.. a.Select(Replace)]),
            _ => node?.DeepClone(),
        };
        return JsonSerializer.SerializeToElement(Replace(data));
    }

    private static DateTimeOffset Instant(JsonNode node) =>
        EventReader.TryInstant((string)node!, out var at) ? at : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{node} is no instant."));

    private void Fail(JsonObject line, string why) => Failures.Add($"{(string?)line["label"] ?? "?"}: {why}");
}
