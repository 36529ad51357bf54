using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;

namespace CultureTrack.Server.Demo;

/// <summary>Fills the registers of the demo lab: site, people, equipment, materials.</summary>
internal sealed class DemoRegisters(IServiceProvider services, TimeProvider clock)
{
    public const string Site = "main", Zone = "Europe/Paris";
    private const int CalibratedDaysAgo = 45;
    private const string Supplier = "Northmed";

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The administrator first, as in a real lab, then everybody else.</summary>
    public async Task<IReadOnlyDictionary<string, Actor>> People(CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var register = scope.ServiceProvider.GetRequiredService<PeopleRegister>();
        Need(await register.Setup(New(DemoPeople.Admin, Actor.Software), ct), DemoPeople.Admin.User);
        var actors = services.GetRequiredService<ActorLookup>();
        var admin = (await actors.Find(DemoPeople.Admin.User, ct))!;
        await SiteItself(admin, ct);
        Need(await register.Register([.. DemoPeople.All.Where(p => p != DemoPeople.Admin).Select(p => New(p, admin))], mustChange: false, ct), "people");
        var found = new Dictionary<string, Actor>(StringComparer.Ordinal);
        foreach (var person in DemoPeople.All) found[person.User] = (await actors.Find(person.User, ct))!;
        return found;
    }

    private NewPerson New(DemoPerson p, Actor by) =>
        new(new LabEntry(new PersonRegistered(p.User, p.FullName, p.Email, p.Roles, p.QualifiedPerson, ["*"]), by, Now), p.Password);

    private async Task SiteItself(Actor admin, CancellationToken ct)
    {
        var data = new SiteRegistered(Site, "Main laboratory", Zone, Jurisdiction.EU);
        Need(await services.GetRequiredService<SiteRegister>().Register(new LabEntry(data, admin, Now), data, ct), Site);
    }

    /// <summary>Incubators and freezer, and the gateway that sends for all of them.</summary>
    public async Task<IssuedCredential> Equipment(Actor admin, CancellationToken ct)
    {
        var register = services.GetRequiredService<EquipmentRegister>();
        foreach (var e in DemoEquipment.All)
        {
            var data = new EquipmentRegistered(e.Id, e.Kind, Site, e.Profile, e.PeriodSeconds, [.. e.Sensors.Select(c => Sensor(e, c))], ServiceStatus.InService, e.Shelves, e.Positions, e.IsIncubator ? "R-1" : "R-2");
            Need(await register.Register(new LabEntry(data, admin, Now), data, ct), e.Id);
        }
        var gateway = new GatewayRegistered(DemoEquipment.Gateway, Site, ["*"]);
        return Need(await services.GetRequiredService<DeviceCredentials>().Register(new LabEntry(gateway, admin, Now), gateway, ct), DemoEquipment.Gateway);
    }

    // One incubator comes up for calibration soon after the demo's present, so that there is something to plan.
    private EquipmentChannel Sensor(DemoEquipment e, ChannelProfile channel)
    {
        var months = channel.CalibrationMonths > 0 ? channel.CalibrationMonths : 12;
        var calibrated = e.Id == "INC-06" && channel.Channel == Channels.O2 ? Now.AddMonths(-months).AddDays(CalibratedDaysAgo) : Now.AddDays(-CalibratedDaysAgo);
        return new(channel.Channel, e.Resolution(channel.Channel), calibrated, calibrated.AddMonths(months));
    }

    /// <summary>Who is called when nobody acknowledges an alarm: week by week, some weeks beyond the demo's present.</summary>
    public async Task Shifts(DemoLab lab, DateTimeOffset until, CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var training = scope.ServiceProvider.GetRequiredService<TrainingRegister>();
        for (var (from, week) = (Now, 0); from < until; from = from.AddDays(7), week++)
        {
            var (bench, quality) = week % 2 == 0 ? (DemoPeople.Tech1, DemoPeople.Reviewer) : (DemoPeople.Tech2, DemoPeople.Releaser);
            foreach (var (duty, person) in new[] { (Duty.OnShift, bench), (Duty.Supervisor, DemoPeople.Lead), (Duty.QaOnCall, quality) })
            {
                var data = new ShiftRostered(person.User, duty, from, from.AddDays(7), "+33 1 70 18 00 1" + week % 10);
                lab.Need(await training.Roster(lab.Entry(data, DemoPeople.Lead, comment: "The weeks after follow"), data, ct), $"{duty} of {person.User}");
            }
        }
    }

    /// <summary>Somebody looked at the freezer today.</summary>
    public async Task WalkRound(DemoLab lab, CancellationToken ct)
    {
        var looked = new WalkRoundDone([.. StorageRules.Checklist(EquipmentKind.Freezer).Select(item => new WalkRoundItem(item, true))], -80.1m);
        foreach (var freezer in DemoEquipment.All.Where(e => !e.IsIncubator))
            lab.Need(await services.GetRequiredService<EquipmentRegister>().WalkRound(lab.Entry(looked, DemoPeople.Tech1), freezer.Id, null, ct), freezer.Id);
    }

    public async Task Materials(DemoLab lab, CancellationToken ct)
    {
        var register = services.GetRequiredService<MaterialRegister>();
        var feeder = new FeederControls(ArrestControlPassed: true, AdventitiousAgentsNegative: true);
        MaterialReceived[] used =
        [
            Lot(Lots.Dispase, MaterialKind.Enzyme, 500, "mg"), Lot(Lots.Collagenase, MaterialKind.Enzyme, 500, "mg"), Lot(Lots.Feeder, MaterialKind.Feeder, 200, "vial") with { Feeder = feeder },
            Lot(Lots.KeratinocyteMedium, MaterialKind.Medium, 60_000, "mL") with { Bovine = true }, Lot(Lots.StromalMedium, MaterialKind.Medium, 90_000, "mL"),
            Lot(Lots.Trypsin, MaterialKind.Reagent, 5_000, "mL"), Lot(Lots.Excipient, MaterialKind.Excipient, 5_000, "mL"), Lot(Lots.Labels, MaterialKind.Label, 2_000, "piece"),
            Lot(Lots.Gradient, MaterialKind.Reagent, 2_000, "mL"), Lot(Lots.Collagen, MaterialKind.Matrix, 5_000, "mL"), Lot(Lots.Fibrin, MaterialKind.Scaffold, 200, "piece"),
            Lot(Lots.SerumFree, MaterialKind.Medium, 20_000, "mL"), Lot(Lots.Filter, MaterialKind.Filter, 200, "piece"), Lot(Lots.Supplement, MaterialKind.Reagent, 2_000, "mL"),
        ];
        // Nobody has released this one yet.
        var waiting = Lot("TRY-02", MaterialKind.Reagent, 5_000, "mL");
        lab.Need(await register.Receive([.. used.Append(waiting).Select(m => lab.Entry(m, DemoPeople.Tech1))], ct), "materials");
        foreach (var lot in used)
            lab.Need(await register.Release(lab.Entry(new MaterialReleased(lot.LotId), DemoPeople.Reviewer, Meanings.Approved), lot.LotId, null, ct), lot.LotId);
    }

    private MaterialReceived Lot(string id, MaterialKind kind, decimal quantity, string unit) => new(id, kind, Supplier, Now.AddYears(1), quantity, unit);

    /// <summary>The gowning training of those who work in the clean room.</summary>
    public async Task Training(DemoLab lab, CancellationToken ct)
    {
        var register = services.GetRequiredService<TrainingRegister>();
        foreach (var who in new[] { DemoPeople.Tech1, DemoPeople.Tech2 })
        {
            var training = new TrainingRecorded(who.User, "Gowning", Now.AddDays(-20), Now.AddYears(1), DemoPeople.Lead.User, $"TR-GOWN-{who.User}");
            lab.Need(await register.Record(lab.Entry(training, DemoPeople.Reviewer), training, ct), $"training of {who.User}");
        }
    }

    /// <summary>Medium mixed here from released lots; QA releases it after its filter has passed, unless it has not come to that yet.</summary>
    public async Task Medium(DemoLab lab, string lotId, bool isReleased, CancellationToken ct)
    {
        var register = services.GetRequiredService<MaterialRegister>();
        var data = new MediumPrepared(lotId, "KGM-COMPLETE", [new(Lots.KeratinocyteMedium, 4_500, "mL"), new(Lots.Supplement, 100, "mL")], 4_600, Now, true, true, 7.3m);
        lab.Need(await register.Prepare(lab.Entry(data, DemoPeople.Tech2, verifiedBy: DemoPeople.Tech1), data, ct), lotId);
        if (isReleased) lab.Need(await register.Release(lab.Entry(new MaterialReleased(lotId), DemoPeople.Reviewer, Meanings.Approved), lotId, null, ct), lotId);
    }

    /// <summary>A donor whose cells are for others.</summary>
    public async Task Donor(DemoLab lab, string donorRef, CancellationToken ct)
    {
        var donor = new DonorRegistered(donorRef, null);
        lab.Need(await services.GetRequiredService<SiteRegister>().Register(lab.Entry(donor, DemoPeople.Tech1), donor, ct), donorRef);
    }

    /// <summary>A patient who gives the tissue for the own product.</summary>
    public async Task Patient(DemoLab lab, string patientRef, string secondIdentifier, string donorRef, CancellationToken ct)
    {
        var register = services.GetRequiredService<SiteRegister>();
        var patient = new PatientRegistered(patientRef, secondIdentifier, IdentityKept: false);
        lab.Need(await register.Register(lab.Entry(patient, DemoPeople.Tech1), patient, null, ct), patientRef);
        var donor = new DonorRegistered(donorRef, patientRef);
        lab.Need(await register.Register(lab.Entry(donor, DemoPeople.Tech1), donor, ct), donorRef);
    }

    private static T Need<T>(Outcome<T> outcome, string what) => outcome.Accepted ? outcome.Value!
        : throw new DemoStoryException($"{what} was refused: {string.Join("; ", outcome.Findings.Select(f => $"{f.Code} {f.Field}: {f.Message}"))}");
}

/// <summary>Lots that the demo's batches use.</summary>
internal static class Lots
{
    public const string Dispase = "DSP-01", Collagenase = "COL-01", Feeder = "FDR-01", KeratinocyteMedium = "KGM-01", StromalMedium = "MSM-01", Trypsin = "TRY-01",
        Excipient = "EXC-01", Labels = "LBL-01", Gradient = "GRD-01", Collagen = "MTX-01", Fibrin = "SCF-01", SerumFree = "SFM-01", Filter = "FIL-01", Supplement = "SUP-01",
        Prepared = "KGM-P1", PreparedNext = "KGM-P2";
}
