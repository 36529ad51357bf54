using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Release;
using Shouldly;

namespace CultureTrack.Domain.Tests.Release;

/// <summary>A batch told entry by entry through the real decider; only the world outside the batch (lots, rooms, exposure) is given.</summary>
internal sealed class Story
{
    private static readonly Qualification[] Everything = [new("*", DateTimeOffset.MinValue, DateTimeOffset.MaxValue)];

    private readonly Dictionary<string, string[]> _people = new()
    {
        ["tech01"] = [Roles.Technician],
        ["tech02"] = [Roles.Technician],
        ["qc01"] = [Roles.QualityControl],
        ["qc02"] = [Roles.QualityControl],
        ["qa01"] = [Roles.QualityAssurance],
        ["qa02"] = [Roles.QualityAssurance, Roles.Releaser],
    };

    private readonly int _year;
    private readonly Dictionary<string, EnvironmentMetric> _metrics = Enumerable.Range(1, 14)
        .ToDictionary(n => $"E-{n:00}", n => new EnvironmentMetric($"E-{n:00}", 0m, "min", ExposureBand.PASS, null));

    public Story(string product, ProductType? type = null, Specification? spec = null, int year = 2026)
    {
        _year = year;
        Facts = new()
        {
            Product = type ?? ProductRegister.BuiltIn[product],
            Spec = spec ?? SpecificationRegister.BuiltIn[(product, 1)],
            Site = new("main", "UTC", Jurisdiction.US),
            Environment = new(default, [.. _metrics.Values]),
        };
    }

    public BatchState State { get; set; } = BatchState.Initial;
    public LabFacts Facts { get; set; }
    public bool QualifiedPerson { get; set; }

    /// <summary>An instant of the story, from <c>03-19 10:16</c>.</summary>
    public DateTimeOffset Time(string at) =>
        DateTimeOffset.ParseExact($"{_year}-{at} +00:00", "yyyy-MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture);

    public Actor Person(string user) => user == "sys" ? Actor.Software : new(user, user, _people[user], Everything, QualifiedPerson);

    public Story Do(string at, string who, EventData data, string? verify = null, string? comment = null, string? reason = null)
    {
        var decision = Try(at, who, data, verify, comment, reason);
        if (decision is Refused no)
            throw new ShouldAssertException($"{at} {data.GetType().Name} by {who}: {string.Join("; ", no.Findings.Select(f => $"{f.Code} {f.Field} {f.Message}"))}");
        State = ((Accepted)decision).State;
        return this;
    }

    public Decision Try(string at, string who, EventData data, string? verify = null, string? comment = null, string? reason = null)
    {
        var now = Time(at);
        var meaning = SignatureRules.MeaningNeeded(data);
        return BatchDecider.Decide(State, new Entry(data, Person(who), now, now, reason, comment,
            meaning is null ? null : new(Person(who), meaning, true), verify is null ? null : new(Person(verify), Meanings.Verified, true)), Facts);
    }

    public string[] Refusals(string at, string who, EventData data, string? verify = null, string? comment = null, string? reason = null) =>
        Try(at, who, data, verify, comment, reason) is Refused no ? [.. no.Findings.Select(f => f.Code).Distinct()] : [];

    public string[] FlagsOf(string at, string who, EventData data) =>
        Try(at, who, data, comment: "Seen and accepted as it is") is Accepted yes ? [.. yes.Events[0].Flags.Select(f => f.Code)] : throw new ShouldAssertException("refused");

    public Story Set(string id, ExposureBand band, decimal value = 0m)
    {
        _metrics[id] = (_metrics.GetValueOrDefault(id) ?? new EnvironmentMetric(id, 0m, "°C", ExposureBand.PASS, null)) with { Band = band, Value = value, WorstVessel = "V-31" };
        Facts = Facts with { Environment = new(default, [.. _metrics.Values]) };
        return this;
    }

    public Verdict Verdict(string at) => ReleaseEvaluator.Evaluate(State, Facts.Spec!, Facts, Time(at));
    public CriterionStatus Status(string at, string id) => Verdict(at).Criteria.Single(c => c.Id == id);

    /// <summary>A sample, its test, the result by qc01 and the approval by qc02.</summary>
    public Story Tested(string at, string criterion, params ResultValue[] values) => Recorded(at, criterion, values).Approved(at, criterion);

    public Story Recorded(string at, string criterion, params ResultValue[] values) =>
        Do(at, "qc01", new QcResultRecorded($"R-{criterion}", $"T-{criterion}", ResultKind.Final, values, true, null), comment: "As read");

    public Story Approved(string at, string criterion) => Do(at, "qc02", new QcResultApproved($"R-{criterion}"));

    public Story Sampled(string at, SampleMatrix matrix, decimal? volumeMl, params string[] criteria)
    {
        foreach (var c in criteria) Do(at, "tech01", new SampleTaken($"S-{c}", [c], matrix, volumeMl, [], Time(at)), comment: "Taken at the bench");
        return this;
    }

    public Story Started(string at, string criterion, bool incubates = false) =>
        Do(at, "qc01", new QcTestStarted($"T-{criterion}", $"S-{criterion}", criterion, 1, incubates ? Time(at) : null), comment: "Started");

    public Story Reviewed(string at)
    {
        var report = ExceptionList.Of(State, Facts.Spec!, Facts, Time(at));
        return Do(at, "qa01", new RecordReviewed(report.ScopeVersion, [.. report.Items.Select(i => i.ExceptionId)], true));
    }

    public Story Informed(string at, InformedAbout about = InformedAbout.PendingTests) =>
        Do(at, "qa01", new PhysicianInformed("Dr A. Moreau", "Telephone", about, Time(at)));

    public DispositionSigned Disposition(string at, DispositionKind kind)
    {
        var v = Verdict(at);
        return new(kind, v.Version, v.Value, v.Pending, [.. v.Reasons.Select(r => r.Id)]);
    }

    public Story Signed(string at, DispositionKind kind, string? reason = null) => Do(at, "qa02", Disposition(at, kind), reason: reason);

    /// <summary>The same batch without one of its events.</summary>
    public Story Without(Guid eventId)
    {
        var copy = (Story)MemberwiseClone();
        copy.State = BatchFold.Fold(State.History.Where(e => e.EventId != eventId));
        return copy;
    }

    public static ResultValue Number(decimal value, string? part = null, string? unit = null, string? qualifier = null) => new(part, value, unit, qualifier);
    public static ResultValue Word(Qualitative word, string? part = null, decimal? lod = null) => new(part, Qualitative: word, Lod: lod, LodUnit: lod is null ? null : "CFU/mL");
}
