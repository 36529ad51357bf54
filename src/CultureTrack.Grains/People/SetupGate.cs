using System.Security.Cryptography;
using System.Text;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>The one-time secret with which the first administrator is made: configured, or random at each start until somebody has used it.</summary>
public sealed class SetupToken
{
    public const int ShortestLength = 32;

    /// <exception cref="ArgumentException">The configured token is too short to be a secret.</exception>
    public SetupToken(string? configured)
    {
        if (configured is { Length: < ShortestLength }) throw new ArgumentException($"Setup:Token has at least {ShortestLength} characters.", nameof(configured));
        Value = string.IsNullOrEmpty(configured) ? Convert.ToBase64String(RandomNumberGenerator.GetBytes(36)).Replace('+', '-').Replace('/', '_') : configured;
    }

    public string Value { get; }

    public bool Is(string given) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), SHA256.HashData(Encoding.UTF8.GetBytes(Value)));
}

/// <summary>The very first step in a new lab.</summary>
public sealed class SetupGate(SetupToken token, PeopleRegister people, IDocumentStore store, TimeProvider clock)
{
    /// <summary>True until somebody has an account.</summary>
    public async Task<bool> IsOpen(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        return !await session.Query<UserAccount>().AnyAsync(ct);
    }

    public async Task<Outcome<UserAccount>> Open(string given, string user, string fullName, string password, CancellationToken ct)
    {
        if (!token.Is(given)) return Outcome.Refuse<UserAccount>(Codes.AuthCredentials, "token", "The set-up token is wrong.");
        var data = new PersonRegistered(UserAccount.NormalId(user), fullName, null, [Roles.Administrator], false, []);
        return await people.Setup(new(new LabEntry(data, Actor.Software, clock.GetUtcNow()), password), ct);
    }
}
