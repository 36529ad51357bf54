using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.Web.Api;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CultureTrack.Web.People;

public sealed record SetupBody(string Token, string User, string FullName, string Password);
public sealed record SignInBody(string User, string Password);
public sealed record NewPasswordBody(string User, string Current, string New);
public sealed record TokenBody(string Name, IReadOnlyList<string> Scopes, DateTimeOffset ExpiresAt);
public sealed record SessionView(string Token, DateTimeOffset ExpiresAt, string User, string FullName, IReadOnlyList<string> Roles);
public sealed record MeView(string User, string FullName, IReadOnlyList<string> Roles, bool QualifiedPerson, DateTimeOffset? SessionEndsAt);
public sealed record TokenView(string TokenId, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string? Token = null);

/// <summary>Set-up, sign-in, passwords and access tokens.</summary>
internal static class SessionEndpoints
{
    private static readonly string[] Scopes = ["read", "telemetry", "import"];
    private static readonly TimeSpan LongestToken = TimeSpan.FromDays(366);
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static void MapSessions(this IEndpointRouteBuilder root)
    {
        var open = new Admittance([], WithoutSession: true, KeepsNoAnswer: true);
        var own = Admittance.AnyPerson with { KeepsNoAnswer = true };
        root.MapPost("/setup", Setup).Access(open).WithTags("Sign-in").Is("Makes the first administrator, once")
            .Takes<SetupBody>("""{"token":"the one-time token of the first start","user":"adm01","fullName":"Ada Minde","password":"a long sentence of one's own"}""")
            .Gives(201, new MeView("adm01", "Ada Minde", ["ADMIN"], false, null));
        root.MapPost("/session", SignIn).Access(open with { WhateverTheClock = true }).WithTags("Sign-in").Is("Signs in")
            .Takes<SignInBody>("""{"user":"tech01","password":"a long sentence of one's own"}""")
            .Gives(200, new SessionView("dGhlIHRva2Vu…", Then.AddHours(12), "tech01", "Tomas Keller", ["T"]));
        root.MapGet("/me", Me).WithTags("Sign-in").Is("Who is signed in").Gives(200, new MeView("tech01", "Tomas Keller", ["T"], false, Then.AddHours(12)));
        root.MapDelete("/session", SignOut).Access(own with { WhateverTheClock = true }).WithTags("Sign-in").Is("Signs out").GivesNothing();
        root.MapPost("/me/password", ChangePassword).Access(open).WithTags("Sign-in").Is("Chooses a new password; no session needed")
            .Takes<NewPasswordBody>("""{"user":"tech01","current":"given-once-to-change","new":"a long sentence of one's own"}""").GivesNothing();
        root.MapPost("/tokens", MakeToken).Access(own).WithTags("Sign-in").Is("Makes a personal access token; it can never sign")
            .Takes<TokenBody>("""{"name":"Plant historian","scopes":["read"],"expiresAt":"2026-12-31T00:00:00Z"}""")
            .Gives(201, new TokenView("0197f3", "Plant historian", ["read"], Then, Then.AddMonths(9), "ctp_…"));
        root.MapGet("/tokens", Tokens).WithTags("Sign-in").Is("One's own access tokens").Pages()
            .Gives(200, new Page<TokenView>([new("0197f3", "Plant historian", ["read"], Then, Then.AddMonths(9))], 1, 100, 1));
        root.MapDelete("/tokens/{tokenId}", RevokeToken).Access(own).WithTags("Sign-in").Is("Withdraws an access token at once").GivesNothing();
    }

    private static async Task<IResult> Setup(HttpContext context, SetupGate gate)
    {
        var body = Body.Read<SetupBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (token, user, fullName, password) = body.Value!;
        context.Trace().User = user;
        return Answer.Of(await gate.Open(token, user, fullName, password, context.RequestAborted),
            a => Answer.Created(new MeView(a.Id, a.FullName, a.Roles, false, null)));
    }

    private static async Task<IResult> SignIn(HttpContext context, SignIn signIn)
    {
        var body = Body.Read<SignInBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        context.Trace().User = UserAccount.NormalId(body.Value!.User);
        return Answer.Of(await signIn.Try(context, body.Value.User, body.Value.Password, isBrowser: false), s =>
            Answer.Ok(new SessionView(s.Token, s.Session.ExpiresAt, s.Account.Id, s.Account.FullName, s.Account.Roles)));
    }

    private static IResult Me(HttpContext context)
    {
        var caller = context.Caller();
        return Answer.Ok(new MeView(caller.User, caller.Actor.FullName, caller.Actor.Roles, caller.Actor.QualifiedPerson, caller.Session?.ExpiresAt ?? caller.Token?.ExpiresAt));
    }

    private static async Task<IResult> SignOut(HttpContext context, Grains.People.Sessions sessions)
    {
        if (context.Caller().Session is { } session) await sessions.End(session, context.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> ChangePassword(HttpContext context, PeopleRegister people)
    {
        var body = Body.Read<NewPasswordBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        context.Trace().User = UserAccount.NormalId(body.Value!.User);
        return Answer.Of(await people.ChangePassword(body.Value.User, body.Value.Current, body.Value.New, context.RequestAborted), _ => Results.NoContent());
    }

    private static async Task<IResult> MakeToken(HttpContext context, Grains.People.Sessions sessions)
    {
        var body = Body.Read<TokenBody>(context);
        if (!body.Accepted) return Problem.Of(body);
        var (name, scopes, expiresAt) = body.Value!;
        if (!context.Caller().MaySign) return Problem.Of(Codes.SodRole, "A token is made in a session, not with another token.");
        if (scopes.Count == 0 || scopes.Any(s => !Scopes.Contains(s))) return Problem.Of(Codes.ValFormat, $"Scopes are {string.Join(", ", Scopes)}.", "scopes");
        if (expiresAt <= context.Now() || expiresAt > context.Now() + LongestToken) return Problem.Of(Codes.ValRange, "A token ends within a year from now.", "expiresAt");
        var (token, kept) = await sessions.Issue(context.Caller(), name, [.. scopes.Distinct()], expiresAt, context.RequestAborted);
        return Answer.Created(View(kept) with { Token = token });
    }

    private static async Task<IResult> Tokens(HttpContext context, IDocumentStore store)
    {
        var user = context.Caller().User;
        await using var session = store.QuerySession();
        var own = await session.Query<AccessToken>().Where(t => t.User == user && t.RevokedAt == null).ToListAsync(context.RequestAborted);
        return new Query(context).Page([.. own.OrderByDescending(t => t.CreatedAt).Select(View)]);
    }

    private static async Task<IResult> RevokeToken(string tokenId, HttpContext context, Grains.People.Sessions sessions) =>
        await sessions.Revoke(context.Caller(), tokenId, context.RequestAborted) ? Results.NoContent() : Problem.Of(Codes.NotFound, "You have no such token.");

    private static TokenView View(AccessToken t) => new(t.TokenId, t.Name, t.Scopes, t.CreatedAt, t.ExpiresAt);
}
