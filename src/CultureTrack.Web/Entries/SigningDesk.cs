using System.Security.Cryptography;
using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.People;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.Web.Entries;

/// <summary>What a signature is asked for: the record, the entry, and a hash over everything of it that will be stored and the version it was shown at.</summary>
public sealed record SigningContent(string Target, string Type, string Hash)
{
    public static SigningContent Of(EntryDraft d) => Of(d.BatchId, d.Data, d.IfMatch, d.Comment, d.OccurredAt, d.Reason);

    public static SigningContent Of(string target, EventData data, long? version, string? comment = null, DateTimeOffset? occurredAt = null, string? reason = null)
    {
        var type = data.GetType().Name;
        using var buffer = new MemoryStream();
        ContentHash.WriteCanonical(buffer, JsonSerializer.SerializeToElement(new
        {
            target,
            type,
            version,
            occurredAt,
            reason,
            comment,
            data = JsonSerializer.SerializeToElement(data, data.GetType(), RecordJson.Options),
        }, RecordJson.Options));
        return new(target, type, Convert.ToHexStringLower(SHA256.HashData(buffer.ToArray())));
    }
}

/// <summary>The signature an open page is waiting for; one at a time.</summary>
public sealed class SigningPrompt : IDisposable
{
    private CancellationTokenSource? _givenUp;

    public SigningRequest? Current { get; private set; }
    public event Action? Changed;

    internal CancellationToken Show(SigningRequest asked)
    {
        _givenUp = new();
        Current = asked;
        Changed?.Invoke();
        return _givenUp.Token;
    }

    internal void Hide()
    {
        Current = null;
        _givenUp?.Dispose();
        _givenUp = null;
        Changed?.Invoke();
    }

    /// <summary>The person does not want to sign after all.</summary>
    public void GiveUp() => _givenUp?.Cancel();

    public void Dispose() => _givenUp?.Dispose();
}

/// <summary>
/// Gets signatures for entries of the pages: by the passwords typed, or where there is an identity provider by a sign-in there for each. The entry waits
/// here, unchangeable, until its proof is there; the page waits with it.
/// </summary>
public sealed class SigningDesk(IdentityProvider provider, SigningRequests requests, SigningPrompt prompt, ActorLookup actors, IServiceScopeFactory scopes)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public bool IsElsewhere => provider.IsOn;

    /// <inheritdoc cref="Signatures.Resolve" />
    public async Task<Signing?> Resolve(Caller caller, SignatureInput? given, string field, bool own, SigningContent? content, List<Finding> findings, CancellationToken ct)
    {
        if (given is null) return null;
        if (!provider.IsOn)
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<Signatures>().Resolve(caller, given, field, own, findings, ct);
        }
        if (findings.Count > 0) return null;    // the entry is refused already
        if (Fault(caller, given, field, own, content) is { } fault)
        {
            findings.Add(fault);
            return null;
        }
        var signer = own ? caller.User : UserAccount.NormalId(given.User!);
        var (actor, refusal) = await Prove(caller.Session!, signer, given.Meaning, content!, ct);
        if (actor is not null) return new(actor, given.Meaning, true);
        findings.Add(new(Codes.SigPassword, $"{field}.password", refusal!));
        return null;
    }

    private static Finding? Fault(Caller caller, SignatureInput given, string field, bool own, SigningContent? content) =>
        caller.Session is null ? new(Codes.SodRole, field, "An access token cannot sign.")
        : content is null ? new(Codes.SigPassword, field, "This entry cannot be signed at the identity provider.")
        : !own && string.IsNullOrWhiteSpace(given.User) ? new(Codes.ValRequired, $"{field}.user", "The second person gives the user id.")
        : null;

    private async Task<(Actor? Signer, string? Refusal)> Prove(UserSession session, string signer, string meaning, SigningContent content, CancellationToken ct)
    {
        var asked = await requests.Ask(session.Id, signer, meaning, content.Target, content.Type, content.Hash, ct);
        var givenUp = prompt.Show(asked);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, givenUp);
            if (await Answer(asked, either.Token) is { } refusal) return (null, refusal);
            if (!await requests.Use(asked, ct)) return (null, "The proof was used already or is too old. Nothing was recorded.");
            return await actors.Find(signer, ct) is { } actor ? (actor, null) : (null, $"{signer} has no active account.");
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            await requests.GiveUp(asked.Id, CancellationToken.None);
            return (null, "Not signed. Nothing was recorded.");
        }
        catch (OperationCanceledException)
        {
            await requests.GiveUp(asked.Id, CancellationToken.None);    // the page is gone, and with it the entry
            throw;
        }
        finally { prompt.Hide(); }
    }

    // Asked of the store, because the way back from the provider may end at another server.
    private async Task<string?> Answer(SigningRequest asked, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(LookEvery, SigningRequests.Clock);
        while (await timer.WaitForNextTickAsync(ct))
        {
            var now = await requests.Find(asked.Id, ct);
            if (now?.ProvenAt is not null) return null;
            if (now?.Refusal is { } refusal) return refusal;
            if (now is null || SigningRequests.Clock.GetUtcNow() >= asked.ExpiresAt) return "Nobody signed in at the identity provider within 5 minutes. Nothing was recorded.";
        }
        return "Not signed. Nothing was recorded.";
    }
}
