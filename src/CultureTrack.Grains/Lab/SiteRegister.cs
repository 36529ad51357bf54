using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using Marten;

namespace CultureTrack.Grains.Lab;

/// <summary>Sites, patients and donors.</summary>
public sealed class SiteRegister(LabWriter writer)
{
    public async Task<Outcome<Site>> Register(LabEntry entry, SiteRegistered data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Site>(data.SiteId, ct);
        // An unknown zone is refused by the rule; until then nothing is computed with it.
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(data.Zone, out _) ? data.Zone : "UTC";
        var e = work.Append(entry, Site.Stream(data.SiteId), 0, j => SiteRules.Check(data, known is not null, j), zone);
        if (e is null) return work.Refused<Site>();
        var site = Site.From((Recorded<SiteRegistered>)e);
        work.Session.Insert(site);
        return await work.Save(site, ct);
    }

    /// <param name="identity">Who the patient is, as JSON; kept encrypted and apart.</param>
    public async Task<Outcome<Patient>> Register(LabEntry entry, PatientRegistered data, string? identity, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Patient>(data.PatientRef, ct);
        var e = work.Append(entry, Patient.Stream(data.PatientRef), 0, j => SiteRules.Check(data, known is not null, j));
        if (e is null) return work.Refused<Patient>();
        var patient = Patient.From((Recorded<PatientRegistered>)e);
        work.Session.Insert(patient);
        if (identity is not null) work.Session.Insert(PatientIdentities.Seal(data.PatientRef, identity));
        return await work.Save(patient, ct);
    }

    /// <summary>Destroys the key of the patient's identity, for ever. Batches name the pseudonym only and do not change .</summary>
    public async Task<Outcome<Patient>> DestroyIdentity(LabEntry entry, string patientRef, long? ifMatch, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<Patient>(patientRef, ct) is not { } patient) return Outcome.NotFound<Patient>($"The patient {patientRef}");
        if (ifMatch is { } seen && seen != patient.Version) return Outcome.Refuse<Patient>(Codes.Concurrency, "", $"The patient is at version {patient.Version}, not {seen} any more.", patient.Version);
        if (work.Append(entry, Patient.Stream(patientRef), patient.Version, j => SiteRules.Check((PatientIdentityDestroyed)entry.Data, patient, j)) is not { } e) return work.Refused<Patient>();
        if (await work.Session.LoadAsync<PatientIdentity>(patientRef, ct) is { } identity) work.Session.Store(PatientIdentities.Destroyed(identity));
        patient = patient with { Version = e.Version, IdentityDestroyedAt = e.RecordedAt };
        work.Session.Store(patient);
        return await work.Save(patient, ct);
    }

    public async Task<Outcome<Donor>> Register(LabEntry entry, DonorRegistered data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var known = await work.Session.LoadAsync<Donor>(data.DonorRef, ct);
        var patient = data.AutologousFor is { } id ? await work.Session.LoadAsync<Patient>(id, ct) : null;
        var e = work.Append(entry, Donor.Stream(data.DonorRef), 0, j => SiteRules.Check(data, known is not null, patient is not null, j));
        if (e is null) return work.Refused<Donor>();
        var donor = Donor.From((Recorded<DonorRegistered>)e);
        work.Session.Insert(donor);
        return await work.Save(donor, ct);
    }
}
