using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.Live;
using Microsoft.AspNetCore.Identity;

namespace CultureTrack.Grains.People;

public enum PasswordVerdict { Right, Wrong, Locked }

/// <summary>
/// The one place where a password is compared. Every wrong one counts, at sign-in and at signing alike; the fifth in a row locks the account until an
/// administrator unlocks it. With an identity provider no password is right.
/// </summary>
public sealed class PasswordGate(UserManager<UserAccount> users, LabWriter writer, ILiveFeed live, IdentityProvider provider)
{
    public const int MostFailures = 5;
    private const int Attempts = 5;

    // Compared when the user is unknown, so that the answer takes as long as for a known one.
    private static readonly string Decoy = new PasswordHasher<object>().HashPassword(new object(), Guid.NewGuid().ToString());

    public async Task<(PasswordVerdict Verdict, UserAccount? Account)> Check(string user, string password, CancellationToken ct)
    {
        if (provider.IsOn) return (PasswordVerdict.Wrong, null);    // what is kept here from before opens nothing
        for (var attempt = 1; ; attempt++)
        {
            var account = await users.FindByIdAsync(user);
            if (account is not { DeactivatedAt: null, PasswordHash: not null })
            {
                new PasswordHasher<object>().VerifyHashedPassword(new object(), Decoy, password);
                return (PasswordVerdict.Wrong, null);
            }
            if (account.IsLocked) return (PasswordVerdict.Locked, account);
            // Another attempt at the same moment may have counted first; then this one is counted on top of it.
            if (await Judge(account, password, ct) is { } verdict) return (verdict, account);
            if (attempt == Attempts) return (PasswordVerdict.Wrong, account);
        }
    }

    private async Task<PasswordVerdict?> Judge(UserAccount account, string password, CancellationToken ct)
    {
        if (await users.CheckPasswordAsync(account, password))
        {
            if (account.AccessFailedCount == 0) return PasswordVerdict.Right;
            return (await users.ResetAccessFailedCountAsync(account)).Succeeded ? PasswordVerdict.Right : null;
        }
        if (!(await users.AccessFailedAsync(account)).Succeeded) return null;
        if (account.IsLocked) await RecordLock(account, ct);
        return PasswordVerdict.Wrong;
    }

    private async Task RecordLock(UserAccount account, CancellationToken ct)
    {
        await using var work = await writer.Begin(ct);
        if (await work.Session.LoadAsync<UserAccount>(account.Id, ct) is not { } stored) return;
        var entry = new LabEntry(new AccountLocked(MostFailures), Actor.Software, writer.Now);
        var e = work.Append(entry, PersonRules.Stream(account.Id), stored.StreamVersion, _ => { });
        stored.StreamVersion = e!.Version;
        work.Session.Store(stored);
        await work.Save(true, ct);
        live.Publish(new("security", "account", new { user = account.Id, what = "locked", at = e.RecordedAt }));
    }

    /// <summary>Why a new password cannot be used; empty when it can.</summary>
    public async Task<IReadOnlyList<Finding>> Faults(UserAccount account, string password, string field)
    {
        var faults = new List<Finding>();
        foreach (var validator in users.PasswordValidators)
            faults.AddRange((await validator.ValidateAsync(users, account, password)).Errors.Select(e => new Finding(Codes.ValFormat, field, e.Description)));
        if (password.Contains(account.Id, StringComparison.OrdinalIgnoreCase)) faults.Add(new(Codes.ValFormat, field, "The password must not contain the user id."));
        return faults;
    }

    public string Hash(UserAccount account, string password) => users.PasswordHasher.HashPassword(account, password);
}
