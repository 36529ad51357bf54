using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Both sides of each limit of 2.4 for samples, tests, deviations, holds, attachments and what the physician is asked and told.</summary>
public sealed class QualityLimitTests
{
    private static readonly DateTimeOffset Noon = Scenario.At("2026-04-13T12:00Z"), Packed = Scenario.At("2026-04-28T14:40Z");
    private static readonly SampleTaken Sample = new("S-1", ["C-04"], SampleMatrix.CellsAndSupernatant, 60, ["V-01"], Noon);
    private static readonly string Photo = "ATT-" + new string('a', 64);

    private static Scenario Sampled() => Adsc.AtP0().Given(Sample);
    private static Scenario OnItsWay() => Sampled().Given(new SampleDispatched("S-1", "LAB", 5, "courier"));
    private static Scenario Deviating() => Adsc.AtP0().Given(new DeviationOpened("DEV-1", "Spill in the cabinet", DeviationClass.Major));

    private static Scenario WithPhoto()
    {
        var s = Adsc.AtP0();
        s.Lab.Attachments[Photo] = 1234;
        return s;
    }

    private static Scenario Failed() => Adsc.Filled()
        .Force(new SampleTaken("S-5", ["ADSC-05"], SampleMatrix.Cells, 1, [], Packed), "tech01").Force(new QcTestStarted("T-5", "S-5", "ADSC-05", 1, null), "qc01")
        .Force(new QcResultRecorded("R-5", "T-5", ResultKind.Final, [new("CD45", 2.6m, "%", "=")], true, null), "qc01").GivenBySoftware(new OosOpened("OOS-1", "R-5", "ADSC-05"));

    private static readonly RuleCase[] Cases =
    [
        .. new Legal<SampleTaken>(Adsc.AtP0, Sample)
            .Names("criteria", e => e with { Criteria = [] })
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [0.1m, 100], [0, 100.1m])
            .Window("volumeMl", (e, v) => e with { VolumeMl = v }, [3.5m], [3.4m])
            .Refused("no volume", e => e with { VolumeMl = null }, Codes.ValRequired, "data.volumeMl")
            .Allowed("collected five seconds ahead", e => e with { CollectedAt = Noon.AddSeconds(5) })
            .Refused("collected six seconds ahead", e => e with { CollectedAt = Noon.AddSeconds(6) }, Codes.ValFuture, "data.collectedAt")
            .Refused("an unknown criterion", e => e with { Criteria = ["C-04", "C-99"] }, Codes.ValFormat, "data.criteria[1]")
            .Refused("a criterion no laboratory tests", e => e with { Criteria = ["C-12"] }, Codes.ValFormat, "data.criteria[0]")
            .Refused("a picture for a sterility test", e => e with { Matrix = SampleMatrix.Image }, Codes.ValFormat, "data.matrix")
            .RefusedWhen("a second time", s => s.Given(Sample), Codes.ValDuplicate, "data.sampleId").Cases,
        .. new Legal<SampleTaken>(Sampled, Sample with { SampleId = "S-2", VolumeMl = 20, SourceIds = ["S-1"] }, name: "SampleTaken of a sample")
            .Numbers("volumeMl", (e, v) => e with { VolumeMl = v }, [60], [60.1m])
            .Refused("an aliquot of two things", e => e with { SourceIds = ["S-1", "V-01"] }, Codes.ValFormat, "data.sourceIds")
            .Refused("an aliquot of another kind", e => e with { Matrix = SampleMatrix.FinalProduct }, Codes.ValFormat, "data.matrix")
            .Refused("an aliquot older than its sample", e => e with { CollectedAt = Noon.AddSeconds(-1) }, Codes.ValOrder, "data.collectedAt")
            .RefusedWhen("with the sample on its way", s => s.Given(new SampleDispatched("S-1", "LAB", 5, "courier")), Codes.StateGuard, "data.sourceIds")
            .RefusedWhen("with most of it in another aliquot", s => s.Given(Sample with { SampleId = "S-3", VolumeMl = 41, SourceIds = ["S-1"] }), Codes.ValRange, "data.volumeMl")
            .AllowedWhen("with the rest of it in another aliquot", s => s.Given(Sample with { SampleId = "S-3", VolumeMl = 40, SourceIds = ["S-1"] })).Cases,
        .. new Legal<SampleDispatched>(Sampled, new SampleDispatched("S-1", "LAB", 5, "courier"))
            .Window("tempC", (e, v) => e with { TempC = v }, [2, 25], [1.9m, 25.1m], Flags.Transport)
            .Refused("an unknown sample", e => e with { SampleId = "S-9" }, Codes.StateGuard, "data.sampleId")
            .RefusedWhen("on its way already", s => s.Given(new SampleDispatched("S-1", "LAB", 5, "courier")), Codes.StateGuard, "data.sampleId").Cases,
        .. new Legal<SampleAccepted>(OnItsWay, new SampleAccepted("S-1", 5, 2))
            .Window("tempC", (e, v) => e with { TempC = v }, [2, 25], [1.9m, 25.1m], Flags.Transport)
            .Numbers("coiMatches", (e, v) => e with { CoiMatches = (int)v }, [2], [1])
            .Refused("an unknown sample", e => e with { SampleId = "S-9" }, Codes.StateGuard, "data.sampleId")
            .RefusedWhen("a second time", s => s.Given(new SampleAccepted("S-1", 5, 2)), Codes.StateGuard, "data.sampleId").Cases,
        .. new Legal<SampleAccepted>(() => OnItsWay().Later(24), new SampleAccepted("S-1", 5, 2), name: "SampleAccepted after a day")
            .NotFlagged("as it is", e => e, Flags.Transport, "sampleId").Cases,
        .. new Legal<SampleAccepted>(() => OnItsWay().Later(24.1), _ => new SampleAccepted("S-1", 5, 2), name: "SampleAccepted after more than a day")
            .Flagged("as it is", e => e, Flags.Transport, "sampleId").Cases,
        .. new Legal<SampleAccepted>(Sampled, _ => new SampleAccepted("S-1", 5, 2), name: "SampleAccepted without dispatch")
            .Refused("as it is", e => e, Codes.StateGuard, "data.sampleId").Cases,
        .. new Legal<QcTestStarted>(() => Sampled().Later(24), new QcTestStarted("T-1", "S-1", "C-04", 1, Noon))
            .Refused("an unknown sample", e => e with { SampleId = "S-9" }, Codes.StateGuard, "data.sampleId")
            .Refused("another criterion", e => e with { CriterionId = "C-07", IncubationStartedAt = null }, Codes.StateGuard, "data.criterionId")
            .Refused("another version of the method", e => e with { MethodVersion = 2 }, Codes.ValSpec, "data.methodVersion")
            .Refused("an incubation before the sample", e => e with { IncubationStartedAt = Noon.AddSeconds(-1) }, Codes.ValOrder, "data.incubationStartedAt")
            .Allowed("an incubation five seconds ahead", e => e with { IncubationStartedAt = Noon.AddHours(24).AddSeconds(5) })
            .Refused("an incubation six seconds ahead", e => e with { IncubationStartedAt = Noon.AddHours(24).AddSeconds(6) }, Codes.ValFuture, "data.incubationStartedAt")
            .Refused("no incubation", e => e with { IncubationStartedAt = null }, Codes.ValRequired, "data.incubationStartedAt")
            .NotFlagged("an incubation a day later", e => e with { IncubationStartedAt = Noon.AddHours(24) }, Flags.Interval, "sampleId")
            .Flagged("an incubation more than a day later", e => e with { IncubationStartedAt = Noon.AddHours(24).AddSeconds(1) }, Flags.Interval, "sampleId")
            .RefusedWhen("a second time", s => s.Given(new QcTestStarted("T-1", "S-1", "C-04", 1, Noon)), Codes.ValDuplicate, "data.testId").Cases,
        .. new Legal<QcRetestOrdered>(Failed, new QcRetestOrdered("ADSC-05", "S-5", 1))
            .Numbers("retestNo", (e, v) => e with { RetestNo = (int)v }, [1], [0])
            .Refused("a second retest", e => e with { RetestNo = 2 }, Codes.StateGuard, "data.retestNo")
            .Refused("without a cause", e => e with { CriterionId = "ADSC-04" }, Codes.StateGuard, "data.criterionId")
            .Refused("an unknown sample", e => e with { SampleId = "S-9" }, Codes.StateGuard, "data.sampleId")
            .RefusedWhen("with one ordered already", s => s.Given(new QcRetestOrdered("ADSC-05", "S-5", 1)), Codes.StateGuard, "data.retestNo").Cases,
        .. new Legal<OosConcluded>(Failed, new OosConcluded("OOS-1", 1, OosConclusion.Confirmed, new string('x', 20)))
            .Numbers("phase", (e, v) => e with { Phase = (int)v }, [1, 2], [0, 3])
            .Refused("a rationale of 19 characters", e => e with { Rationale = new('x', 19) }, Codes.ValReason, "data.rationale")
            .Refused("an unknown case", e => e with { OosId = "OOS-9" }, Codes.StateGuard, "data.oosId")
            .Refused("not confirmed without a retest", e => e with { Conclusion = OosConclusion.NotConfirmed }, Codes.StateGuard, "data.conclusion")
            .RefusedWhen("a second time", s => s.Given(new OosConcluded("OOS-1", 1, OosConclusion.Confirmed, new string('x', 20))), Codes.StateGuard, "data.oosId").Cases,
        .. new Legal<QcResultInvalidated>(Failed, new QcResultInvalidated("R-5", "Wrong gate", "DOC-1"))
            .Refused("no cause", e => e with { AssignableCause = " " }, Codes.ValRequired, "data.assignableCause")
            .Refused("an unknown result", e => e with { ResultId = "R-9" }, Codes.StateGuard, "data.resultId")
            .RefusedWhen("a second time", s => s.Given(new QcResultInvalidated("R-5", "Wrong gate", "DOC-1")), Codes.StateGuard, "data.resultId")
            .RefusedWhen("after the failure was confirmed", s => s.Given(new OosConcluded("OOS-1", 1, OosConclusion.Confirmed, new string('x', 20))), Codes.StateGuard, "data.resultId").Cases,
        .. new Legal<QcResultApproved>(Failed, new QcResultApproved("R-5"), "qc02")
            .Refused("an unknown result", e => e with { ResultId = "R-9" }, Codes.StateGuard, "data.resultId")
            .RefusedWhen("when it was set aside", s => s.Given(new QcResultInvalidated("R-5", "Wrong gate", "DOC-1")), Codes.StateGuard, "data.resultId")
            .RefusedWhen("a second time", s => s.GivenBy("qc02", new QcResultApproved("R-5")), Codes.StateGuard, "data.resultId").Cases,
        .. new Legal<QcResultApproved>(() => Failed().Later(72), new QcResultApproved("R-5"), "qc02", "QcResultApproved after three days")
            .NotFlagged("as it is", e => e, Flags.Interval, "resultId").Cases,
        .. new Legal<QcResultApproved>(() => Failed().Later(72.1), _ => new QcResultApproved("R-5"), "qc02", "QcResultApproved after more than three days")
            .Flagged("as it is", e => e, Flags.Interval, "resultId").Cases,
        .. new Legal<DeviationOpened>(Deviating, new DeviationOpened("DEV-2", "Another spill", DeviationClass.Minor))
            .Refused("an id in use", e => e with { DeviationId = "DEV-1" }, Codes.ValDuplicate, "data.deviationId")
            .Refused("a run given by a person", e => e with { Run = "E-03" }, Codes.ValBody, "data.run").Cases,
        .. new Legal<DeviationClassified>(Deviating, new DeviationClassified("DEV-1", DeviationClass.Minor))
            .Refused("an unknown deviation", e => e with { DeviationId = "DEV-9" }, Codes.StateGuard, "data.deviationId")
            .RefusedWhen("when it is closed", s => s.GivenBy("qa02", new DeviationClosed("DEV-1", "Loose cap", "None", [])), Codes.StateGuard, "data.deviationId").Cases,
        .. new Legal<DeviationClosed>(() => Deviating().Later(30.4 * 24), new DeviationClosed("DEV-1", "Loose cap", "None", []))
            .NotFlagged("after 30.4 days", e => e, Flags.Interval, "deviationId").Cases,
        .. new Legal<DeviationClosed>(() => Deviating().Later(30.6 * 24), _ => new DeviationClosed("DEV-1", "Loose cap", "None", []), name: "DeviationClosed late")
            .Flagged("after 30.6 days", e => e, Flags.Interval, "deviationId").Cases,
        .. new Legal<HoldPlaced>(() => Deviating().Given(new HoldPlaced("H-1", "Suspicion")), new HoldPlaced("H-2", "Suspicion", "DEV-1"))
            .Refused("an id in use", e => e with { HoldId = "H-1" }, Codes.ValDuplicate, "data.holdId")
            .RefusedWhen("with an id used before", s => s.Given(new HoldPlaced("H-2", "Suspicion")).GivenBy("qa02", new HoldReleased("H-2", "Cleared by test")), Codes.ValDuplicate, "data.holdId")
            .Refused("an unknown deviation", e => e with { DeviationRef = "DEV-9" }, Codes.StateGuard, "data.deviationRef").Cases,
        .. new Legal<HoldReleased>(() => Adsc.AtP0().Given(new HoldPlaced("H-1", "Suspicion")), new HoldReleased("H-1", "Cleared by test"), "qa02")
            .Refused("an unknown hold", e => e with { HoldId = "H-9" }, Codes.StateGuard, "data.holdId").Cases,
        .. new Legal<AttachmentAdded>(WithPhoto, new AttachmentAdded(Photo, "tray.jpg", "image/jpeg", 1234))
            .Refused("an id of another form", e => e with { AttachmentId = "ATT-1" }, Codes.ValFormat, "data.attachmentId")
            .Refused("a file that was not uploaded", e => e with { AttachmentId = "ATT-" + new string('b', 64) }, Codes.ValFormat, "data.attachmentId")
            .Refused("another length", e => e with { Bytes = 1235 }, Codes.ValFormat, "data.attachmentId")
            .Refused("about no entry of the batch", e => e with { AboutEventId = Guid.NewGuid() }, Codes.StateGuard, "data.aboutEventId").Cases,
        .. new Legal<AttachmentAdded>(WithPhoto, s => new(Photo, "tray.jpg", "image/jpeg", 1234, s.Last<VesselsSeeded>()), name: "AttachmentAdded to an entry")
            .Allowed("as it is", e => e).Cases,
        .. new Legal<ExceptionalUseRequested>(Adsc.Filled, new ExceptionalUseRequested("Dr A", Packed, ["ADSC-05"], "RISK-1", true, Packed.AddDays(2)))
            .Names("criteria", e => e with { Criteria = [] })
            .Allowed("requested five seconds ahead", e => e with { RequestedAt = Packed.AddSeconds(5) })
            .Refused("requested six seconds ahead", e => e with { RequestedAt = Packed.AddSeconds(6) }, Codes.ValFuture, "data.requestedAt")
            .Refused("a waiver of identity", e => e with { Criteria = ["ADSC-05", "C-01"] }, Codes.StateGuard, "data.criteria")
            .Refused("an alternative", e => e with { NoAlternative = false }, Codes.StateGuard, "data.noAlternative").Cases,
        .. new Legal<ExceptionalUseRequested>(Cm.Filled, _ => new("Dr A", Packed, ["CM-01"], "RISK-1", true, Packed.AddDays(2)), name: "ExceptionalUseRequested of medium")
            .Refused("as it is", e => e, Codes.StateGuard, "type").Cases,
        .. new Legal<PhysicianInformed>(Adsc.Filled, new PhysicianInformed("Dr A", "Telephone", InformedAbout.PendingTests, Packed.AddSeconds(5)))
            .Refused("informed six seconds ahead", e => e with { InformedAt = Packed.AddSeconds(6) }, Codes.ValFuture, "data.informedAt").Cases,
    ];

    public static TheoryData<string> Names => RuleCase.Names(Cases);

    [Theory, MemberData(nameof(Names))]
    public void Is_answered_as_the_rule_says(string rule) => RuleCase.Check(Cases, rule);

    [Fact]
    public void A_deviation_and_a_hold_without_an_id_are_given_one()
    {
        var s = Adsc.AtP0().Given(new DeviationOpened(null, "Spill in the cabinet", DeviationClass.Minor), new HoldPlaced(null, "Suspicion"));
        s.State.Deviations.Keys.ShouldHaveSingleItem().ShouldMatch("^DEV-[0-9A-F]{16}$");
        s.State.Holds.Keys.ShouldHaveSingleItem().ShouldMatch("^HOLD-[0-9A-F]{16}$");
    }
}
