using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Incubators;
using CultureTrack.Grains.Lab;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>Shifts of one person that are not over yet, and past ones.</summary>
public sealed record Roster(string Id, IReadOnlyList<ShiftRostered> Shifts);

/// <summary>Qualifications of persons, and who has which duty when.</summary>
public sealed class TrainingRegister(LabWriter writer, ActorLookup actors, IGrainFactory grains)
{
    public async Task<Outcome<UserAccount>> Record(LabEntry entry, TrainingRecorded data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var account = await work.Session.LoadAsync<UserAccount>(data.User, ct);
        var assessor = await work.Session.LoadAsync<UserAccount>(UserAccount.NormalId(data.Assessor), ct);
        var e = work.Append(entry, PersonRules.Stream(data.User), account?.StreamVersion ?? 0,
            j => TrainingRules.Check(data, account is { IsActive: true }, assessor is { IsActive: true }, j));
        if (e is null) return work.Refused<UserAccount>();
        // The newest training for a qualification counts; it may also end one early.
        account!.Qualifications = [.. account.Qualifications.Where(q => q.Covers != data.Qualification), new Qualification(data.Qualification, data.From, data.Until)];
        account.StreamVersion = e.Version;
        work.Session.Store(account);
        return await work.Save(account, ct);
    }

    public async Task<Outcome<ShiftRostered>> Roster(LabEntry entry, ShiftRostered data, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var person = await actors.Find(data.User, ct);
        var account = await work.Session.LoadAsync<UserAccount>(data.User, ct);
        var rosters = await work.Session.Query<Roster>().ToListAsync(ct);
        var ahead = rosters.SelectMany(r => r.Shifts).Where(s => s.To > writer.Now).ToList();
        var e = work.Append(entry, PersonRules.Stream(data.User), account?.StreamVersion ?? 0, j => TrainingRules.Check(data, person, ahead, j));
        if (e is null) return work.Refused<ShiftRostered>();
        account!.StreamVersion = e.Version;
        work.Session.Store(account);
        work.Session.Store(new Roster(data.User, [.. rosters.FirstOrDefault(r => r.Id == data.User)?.Shifts ?? [], data]));
        var outcome = await work.Save(data, ct);
        // Somebody has the duty now: the alarm that nobody had it is over.
        if (outcome.Accepted && data.From <= writer.Now && data.To > writer.Now)
            await grains.GetGrain<IIncubatorGrain>(AlarmCalls.RosterSubject).DeviceAlarm(AlarmCalls.Code(data.Duty), null, false, writer.Now);
        return outcome;
    }
}
