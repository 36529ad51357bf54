using System.Security.Cryptography;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>A person to register, with the first password.</summary>
public sealed record NewPerson(LabEntry Entry, string InitialPassword)
{
    public PersonRegistered Data => (PersonRegistered)Entry.Data;
}

/// <param name="Code">Lets the person choose a new password, once, until <paramref name="ExpiresAt"/>.</param>
public sealed record OneTimeCode(string User, string Code, DateTimeOffset ExpiresAt);

/// <summary>Accounts from registration to deactivation. Every change is an event in the person's stream.</summary>
public sealed class PeopleRegister(LabWriter writer, PasswordGate gate, IdentityProvider provider)
{
    private static readonly TimeSpan CodeLife = TimeSpan.FromHours(24);
    private static readonly DateTimeOffset Forever = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);
    private const int CodeBytes = 24;

    /// <summary>Registers persons, all or none. They must change their first password before anything else.</summary>
    public async Task<Outcome<IReadOnlyList<UserAccount>>> Register(IReadOnlyList<NewPerson> persons, bool mustChange, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        var made = new List<UserAccount>();
        for (var i = 0; i < persons.Count; i++)
        {
            var (account, findings) = await Add(work, persons[i], made, mustChange, persons.Count == 1 ? "" : $"[{i}].", ct);
            if (findings.Count > 0) return Outcome.Refuse<IReadOnlyList<UserAccount>>(findings);
            if (account is null) return work.Refused<IReadOnlyList<UserAccount>>();
            made.Add(account);
        }
        return await work.Save<IReadOnlyList<UserAccount>>(made, ct);
    }

    /// <summary>Registers the first administrator.</summary>
    public async Task<Outcome<UserAccount>> Setup(NewPerson person, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.Query<UserAccount>().AnyAsync(ct)) return Outcome.Refuse<UserAccount>(Codes.StateGuard, "token", "The first administrator exists already.");
        var (account, findings) = await Add(work, person, [], false, "", ct);
        if (findings.Count > 0) return Outcome.Refuse<UserAccount>(findings);
        if (account is null) return work.Refused<UserAccount>();
        work.Session.Insert(new SetupDone("setup", writer.Now));    // of two set-ups at the same moment the second one fails here
        return await work.Save(account, ct);
    }

    private async Task<(UserAccount? Account, IReadOnlyList<Finding> Findings)> Add(
        LabWork work, NewPerson person, IReadOnlyList<UserAccount> before, bool mustChange, string where, CancellationToken ct)
    {
        var data = person.Data;
        var email = UserAccount.NormalEmail(data.Email);
        var known = before.FirstOrDefault(a => a.Id == data.User) ?? await work.Session.LoadAsync<UserAccount>(data.User, ct);
        var taken = email is not null && (before.Any(a => a.NormalizedEmail == email) || await work.Session.Query<UserAccount>().AnyAsync(u => u.NormalizedEmail == email, ct));
        var account = Account(person, email, mustChange);
        var faults = await gate.Faults(account, person.InitialPassword, $"{where}{(mustChange ? "initialPassword" : "password")}");
        var e = work.Append(person.Entry, PersonRules.Stream(data.User), known?.StreamVersion ?? 0, j =>
        {
            PersonRules.Check(data, known is not null, taken, j);
            foreach (var fault in faults) j.Require(false, fault.Code, fault.Field[where.Length..], fault.Message);
        }, where: where);
        if (e is null) return (null, []);
        account.StreamVersion = e.Version;
        work.Session.Insert(account);
        return (account, []);
    }

    private UserAccount Account(NewPerson person, string? email, bool mustChange)
    {
        var data = person.Data;
        var account = new UserAccount
        {
            Id = data.User,
            FullName = data.FullName,
            Email = data.Email,
            NormalizedEmail = email,
            Roles = data.Roles,
            QualifiedPerson = data.QualifiedPerson,
            Qualifications = [.. data.Qualifications.Select(q => new Qualification(q, person.Entry.Now, Forever))],
            MustChangePassword = mustChange,
            RegisteredAt = person.Entry.Now,
        };
        account.PasswordHash = gate.Hash(account, person.InitialPassword);
        return account;
    }

    public Task<Outcome<UserAccount>> ChangeRoles(LabEntry entry, string user, CancellationToken ct) =>
        Change(entry, user, j => PersonRules.Check((RolesChanged)entry.Data, user, j), (account, _) =>
        {
            account.Roles = ((RolesChanged)entry.Data).Roles;
            account.QualifiedPerson = ((RolesChanged)entry.Data).QualifiedPerson;
        }, ct);

    /// <summary>Closes the account for ever; its open sessions fail at their next request.</summary>
    public Task<Outcome<UserAccount>> Deactivate(LabEntry entry, string user, CancellationToken ct) =>
        Change(entry, user, j =>
        {
            LabDecider.RequireReason(j, ((PersonDeactivated)entry.Data).Reason);
            j.Require(entry.Actor.UserId != user, Codes.StateGuard, "user", "Nobody deactivates the own account; another administrator does.");
        }, (account, e) => account.DeactivatedAt = e.RecordedAt, ct);

    public Task<Outcome<UserAccount>> Unlock(LabEntry entry, string user, CancellationToken ct) =>
        Change(entry, user, j => LabDecider.RequireReason(j, ((AccountUnlocked)entry.Data).Reason), (account, _) =>
        {
            account.LockoutEnd = null;
            account.AccessFailedCount = 0;
        }, ct);

    /// <summary>The password loses its worth; the code lets the person choose a new one, once. Open sessions end.</summary>
    public async Task<Outcome<OneTimeCode>> ResetPassword(LabEntry entry, string user, CancellationToken ct)
    {
        var code = Convert.ToBase64String(RandomNumberGenerator.GetBytes(CodeBytes)).Replace('+', '-').Replace('/', '_');
        var until = entry.Now + CodeLife;
        var outcome = await Change(entry, user, j => LabDecider.RequireReason(j, ((PasswordResetOrdered)entry.Data).Reason), (account, _) =>
        {
            account.MustChangePassword = true;
            account.OneTimeHash = Sessions.Hash(code);
            account.OneTimeExpiresAt = until;
            (account.ProviderIssuer, account.ProviderSubject) = (null, null);
            account.LockoutEnd = null;
            account.AccessFailedCount = 0;
        }, ct);
        return outcome.Then(_ => new OneTimeCode(user, code, until));
    }

    /// <summary>The person chooses a password. <paramref name="current"/> is the present one, or after a reset the one-time code.</summary>
    public async Task<Outcome<bool>> ChangePassword(string user, string current, string next, CancellationToken ct)
    {
        if (provider.IsOn) return Outcome.Refuse<bool>(Codes.AuthCredentials, "", "People sign in at the identity provider; passwords are changed there.");
        user = UserAccount.NormalId(user);
        var (refused, account) = await Prove(user, current, ct);
        if (account is null) return refused!;
        var faults = new List<Finding>(await gate.Faults(account, next, "new"));
        if (next == current) faults.Add(new(Codes.ValFormat, "new", "The new password must differ from the present one."));
        if (faults.Count > 0) return Outcome.Refuse<bool>(faults);
        var outcome = await Change(new LabEntry(new PasswordChanged(), account.Actor(), writer.Now), user, _ => { }, (a, e) =>
        {
            a.PasswordHash = gate.Hash(a, next);
            a.PasswordChosenAt = e.RecordedAt;
            a.MustChangePassword = false;
            a.OneTimeHash = null;
            a.OneTimeExpiresAt = null;
        }, ct);
        return outcome.Then(_ => true);
    }

    private async Task<(Outcome<bool>? Refused, UserAccount? Account)> Prove(string user, string current, CancellationToken ct)
    {
        await using var session = writer.Read();
        var known = await session.LoadAsync<UserAccount>(user, ct);
        if (known is { IsActive: true, OneTimeHash: { } hash } && hash == Sessions.Hash(current) && known.OneTimeExpiresAt > writer.Now) return (null, known);
        var (verdict, account) = await gate.Check(user, current, ct);
        return verdict switch
        {
            PasswordVerdict.Locked => (Outcome.Refuse<bool>(Codes.AuthLocked, "", "The account is locked. An administrator can unlock it."), null),
            // After a reset the old password counts no longer, whoever may know it.
            PasswordVerdict.Right when account!.OneTimeHash is null => (null, account),
            _ => (Outcome.Refuse<bool>(Codes.AuthCredentials, "", "User or password is wrong."), null),
        };
    }

    private async Task<Outcome<UserAccount>> Change(
        LabEntry entry, string user, Action<LabJudgement> rule, Action<UserAccount, Recorded> change, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<UserAccount>(user, ct) is not { IsActive: true } account) return Outcome.NotFound<UserAccount>($"The person {user}");
        if (work.Append(entry, PersonRules.Stream(user), account.StreamVersion, rule) is not { } e) return work.Refused<UserAccount>();
        change(account, e);
        account.StreamVersion = e.Version;
        work.Session.Store(account);
        return await work.Save(account, ct);
    }
}
