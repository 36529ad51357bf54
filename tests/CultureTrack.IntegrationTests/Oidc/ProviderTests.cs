using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Batches;
using CultureTrack.Grains.Lab;
using CultureTrack.Grains.People;
using CultureTrack.IntegrationTests.Api;
using CultureTrack.Web.Entries;
using CultureTrack.Web.Registers;
using Marten;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.IntegrationTests.Oidc;

/// <summary>People sign in and sign at an OpenID Connect provider (R-14), which may be honest or not.</summary>
public sealed class ProviderTests(ProviderLab lab, PostgresFixture postgres) : IClassFixture<ProviderLab>, IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        lab.Provider.Cheat = Cheat.None;
        (lab.Provider.TakesCodesAgain, lab.Provider.Refuses) = (false, false);
    }

    private async Task<Material> Lot()
    {
        var lot = RunningLab.Id("LOT");
        (await lab.Post("tech01", "/materials", new { lotId = lot, kind = "Reagent", supplier = "N", expiresAt = "2028-06-30T23:59:59Z", quantity = 10, unit = "mL" })).ShouldBe(201);
        await using var session = lab.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return (await session.LoadAsync<Material>(lot, Ct))!;
    }

    /// <summary>Releases a lot as the page does, doing <paramref name="meanwhile"/> while the page waits.</summary>
    private async Task<Outcome<Material>> Release(Browser browser, Material lot, Func<SigningRequest, SigningPrompt, Task> meanwhile)
    {
        await using var page = lab.Services.CreateAsyncScope();
        var (desk, prompt) = (page.ServiceProvider.GetRequiredService<LabDesk>(), page.ServiceProvider.GetRequiredService<SigningPrompt>());
        var waiting = desk.Release(browser.Person, lot, new(Meanings.Approved, ""), Ct);
        await Waiting.Until(() => prompt.Current is not null || waiting.IsCompleted, "the page asks for the signature");
        if (prompt.Current is { } asked) await meanwhile(asked, prompt);
        return await waiting;
    }

    private async Task<Outcome<Material>> Release(Browser browser, string signsIn, string? subject = null)
    {
        var lot = await Lot();
        lab.Provider.Person = (signsIn, subject);
        return await Release(browser, lot, async (asked, _) => await browser.Get($"/account/sign/{asked.Id}"));
    }

    private async Task<List<string>> Trail(string command, string outcome)
    {
        var entries = (await lab.Get("qa01", $"/audit?command={Uri.EscapeDataString(command)}&outcome={outcome}")).ShouldBe(200)["items"].AsArray();
        return [.. entries.Select(e => $"{(string?)e!["user"]} {(string?)e["target"]} {(string?)e["code"]}")];
    }

    [Fact]
    public async Task Somebody_of_the_register_signs_in_at_the_provider_with_the_roles_of_the_register()
    {
        using var browser = await lab.SignIn("tech01");
        browser.Token.ShouldNotBeNull();
        var way = lab.Provider.Ways.Last();
        (way.Prompt, way.MaxAge, way.Method, way.ResponseType).ShouldBe(("login", "0", "S256", "code"));
        var me = (await lab.SendWith(browser.Token, HttpMethod.Get, "/me", null)).ShouldBe(200);
        (me["user"].GetValue<string>(), me["roles"].ToJsonString()).ShouldBe(("tech01", """["T"]"""));
        (await Trail("sign-in at the identity provider", "Accepted")).ShouldContain("tech01  ");
        (await lab.Account("tech01")).ProviderSubject.ShouldBe("subject-of-tech01");
    }

    [Fact]
    public async Task Passwords_neither_sign_in_nor_are_changed_here()
    {
        (await lab.Post(null, "/session", new { user = "tech01", password = "given-once-to-change" })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        (await lab.Post(null, "/session", new { user = RunningLab.Admin, password = RunningLab.Password })).ShouldBeRefused(401, "AUTH-CREDENTIALS").Text.ShouldContain("identity provider");
        (await lab.Post(null, "/me/password", new { user = RunningLab.Admin, current = RunningLab.Password, @new = "another-long-sentence" })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        using var browser = new Browser(lab.Http.BaseAddress!);
        var (_, page) = await browser.Get("/account/login");
        page.ShouldContain("Sign in at 127.0.0.1");
        page.ShouldNotContain("type=\"password\"");
    }

    [Fact]
    public async Task Somebody_who_is_not_registered_is_refused_with_a_reason_and_an_audit_entry()
    {
        using var browser = await lab.SignIn("stranger01");
        browser.Token.ShouldBeNull();
        (await browser.Get(browser.Visited[^1].PathAndQuery)).Page.ShouldContain("you are not registered here");
        (await Trail("sign-in at the identity provider", "Refused")).ShouldContain("stranger01  AUTH-CREDENTIALS");
    }

    [Fact]
    public async Task Somebody_whose_account_is_closed_is_refused_and_an_open_session_ends_at_the_next_command()
    {
        await lab.AddUser("leaver01", "T");
        using var open = await lab.SignIn("leaver01");
        (await lab.Post(RunningLab.Admin, "/users/leaver01/deactivate", new { reason = "Left the laboratory" })).ShouldBe(200);
        (await lab.SendWith(open.Token, HttpMethod.Get, "/me", null)).ShouldBeRefused(401, "AUTH-EXPIRED");
        using var browser = await lab.SignIn("leaver01");
        browser.Token.ShouldBeNull();
        (await browser.Get(browser.Visited[^1].PathAndQuery)).Page.ShouldContain("Your account here is closed");
        (await Trail("sign-in at the identity provider", "Refused")).ShouldContain("leaver01  AUTH-EXPIRED");
    }

    [Fact]
    public async Task A_name_that_was_given_to_somebody_else_at_the_provider_opens_nothing_until_an_administrator_unties_it()
    {
        await lab.AddUser("namesake01", "T");
        using var first = await lab.SignIn("namesake01", "subject-1");
        first.Token.ShouldNotBeNull();
        using var other = await lab.SignIn("namesake01", "subject-2");
        other.Token.ShouldBeNull();
        (await other.Get(other.Visited[^1].PathAndQuery)).Page.ShouldContain("somebody else is registered");
        await lab.AddUser("namesake02", "T");
        using var renamed = await lab.SignIn("namesake02", "subject-1");
        renamed.Token.ShouldBeNull("one person has one account");
        (await lab.Post(RunningLab.Admin, "/users/namesake01/reset-password", new { reason = "New account at the provider" })).ShouldBe(200);
        (await lab.SendWith(first.Token, HttpMethod.Get, "/me", null)).ShouldBeRefused(401, "AUTH-EXPIRED");
        using var again = await lab.SignIn("namesake01", "subject-2");
        again.Token.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(Cheat.OldSignIn), InlineData(Cheat.NoSignInTime), InlineData(Cheat.SignInAhead), InlineData(Cheat.WrongNonce), InlineData(Cheat.NoNonce)]
    [InlineData(Cheat.WrongAudience), InlineData(Cheat.WrongIssuer), InlineData(Cheat.Unsigned), InlineData(Cheat.ForeignKey), InlineData(Cheat.Expired)]
    public async Task R14_A_provider_that_cheats_signs_nobody_in(Cheat cheat)
    {
        lab.Provider.Cheat = cheat;
        using var browser = await lab.SignIn("tech02");
        browser.Token.ShouldBeNull();
        browser.Visited[^1].PathAndQuery.ShouldStartWith("/account/login?reason=");
    }

    [Fact]
    public async Task A_way_that_was_given_up_at_the_provider_ends_at_the_sign_in_page()
    {
        lab.Provider.Refuses = true;
        using var browser = await lab.SignIn("tech02");
        browser.Token.ShouldBeNull();
        browser.Visited[^1].PathAndQuery.ShouldStartWith("/account/login?reason=unusable");
    }

    [Fact]
    public async Task R14_Every_signature_is_a_fresh_sign_in_at_the_provider_by_the_same_person()
    {
        using var browser = await lab.SignIn("qa01");
        await lab.Token("tech01");
        await lab.Token("qa01");
        for (var i = 0; i < 2; i++)
        {
            var before = lab.Provider.Ways.Count;
            var released = await Release(browser, "qa01");
            released.Accepted.ShouldBeTrue(string.Join(", ", released.Findings));
            lab.Provider.Ways.Count.ShouldBe(before + 1);
            var way = lab.Provider.Ways.Last();
            (way.Prompt, way.MaxAge, way.LoginHint).ShouldBe(("login", "0", "qa01"));
            (await Trail("signing at the identity provider MaterialReleased", "Accepted")).ShouldContain($"qa01 {released.Value!.LotId} ");
        }
    }

    [Fact]
    public async Task R14_What_another_person_proves_signs_nothing()
    {
        using var browser = await lab.SignIn("qa01");
        var refused = await Release(browser, "qa02");
        refused.Findings.ShouldHaveSingleItem().Code.ShouldBe(Codes.SigPassword);
        refused.Findings[0].Message.ShouldContain("qa02");
        (await Release(browser, "qa01", "another-subject")).Findings.ShouldHaveSingleItem().Message.ShouldContain("somebody else");
        (await Trail("signing at the identity provider MaterialReleased", "Refused")).ShouldContain(e => e.StartsWith("qa02 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Cheat.OldSignIn), InlineData(Cheat.NoSignInTime), InlineData(Cheat.SignInAhead), InlineData(Cheat.WrongNonce), InlineData(Cheat.NoNonce)]
    [InlineData(Cheat.WrongAudience), InlineData(Cheat.WrongIssuer), InlineData(Cheat.Unsigned), InlineData(Cheat.ForeignKey), InlineData(Cheat.Expired)]
    public async Task R14_What_a_provider_that_cheats_says_signs_nothing(Cheat cheat)
    {
        using var browser = await lab.SignIn("qa01");
        var lot = await Lot();
        lab.Provider.Person = ("qa01", null);
        lab.Provider.Cheat = cheat;
        var refused = await Release(browser, lot, async (asked, _) => (await browser.Get($"/account/sign/{asked.Id}")).Where.ShouldBe("/account/signed?what=refused"));
        refused.Findings.ShouldHaveSingleItem().Code.ShouldBe(Codes.SigPassword);
        lab.Provider.Cheat = Cheat.None;
        (await Trail("signing at the identity provider MaterialReleased", "Refused")).ShouldContain(e => e.Contains(lot.LotId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task R14_An_answer_of_the_provider_counts_once()
    {
        lab.Provider.TakesCodesAgain = true;
        using var browser = await lab.SignIn("qa01");
        (await Release(browser, "qa01")).Accepted.ShouldBeTrue();
        var answer = browser.Visited.Last(v => v.AbsolutePath == "/account/oidc/callback");
        var lot = await Lot();
        var refused = await Release(browser, lot, async (asked, prompt) =>
        {
            (await browser.Get(answer.PathAndQuery)).Where.ShouldBe("/account/signed?what=refused");    // state and cookies of the way were used up
            (await lab.Services.GetRequiredService<SigningRequests>().Find(asked.Id, Ct))!.IsOpen.ShouldBeTrue();
            prompt.GiveUp();
        });
        refused.Findings.ShouldHaveSingleItem().Message.ShouldStartWith("Not signed");
    }

    [Fact]
    public async Task R14_A_proof_counts_for_one_record_with_one_content_and_once()
    {
        var requests = lab.Services.GetRequiredService<SigningRequests>();
        using var browser = await lab.SignIn("qa01");
        var session = Grains.People.Sessions.Hash(browser.Token!);
        lab.Provider.Person = ("qa01", null);
        async Task<SigningRequest> Proven()
        {
            var asked = await requests.Ask(session, "qa01", Meanings.Approved, "LOT-1", nameof(MaterialReleased), "aa11bb22cc33dd44", Ct);
            (await browser.Get($"/account/sign/{asked.Id}")).Where.ShouldBe("/account/signed?what=done");
            return asked;
        }
        var first = await Proven();
        (await requests.Use(first with { Target = "LOT-2" }, Ct)).ShouldBeFalse();
        (await requests.Use(first with { ContentHash = "0000" }, Ct)).ShouldBeFalse();
        (await requests.Use(first with { Meaning = Meanings.Reviewed }, Ct)).ShouldBeFalse();
        (await requests.Use(first with { SessionId = "another" }, Ct)).ShouldBeFalse();
        (await requests.Use(first, Ct)).ShouldBeTrue();
        (await requests.Use(first, Ct)).ShouldBeFalse("once");
        (await browser.Get($"/account/sign/{first.Id}")).Where.ShouldBe("/account/signed?what=over");
        var second = await Proven();
        (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => requests.Use(second, Ct)))).Count(used => used).ShouldBe(1, "also at the same moment");
    }

    [Fact]
    public async Task R14_A_signature_can_only_be_given_in_the_browser_it_was_asked_in()
    {
        using var browser = await lab.SignIn("qa01");
        using var elsewhere = await lab.SignIn("qa02");
        var refused = await Release(browser, await Lot(), async (asked, prompt) =>
        {
            (await elsewhere.Get($"/account/sign/{asked.Id}")).Where.ShouldBe("/account/signed?what=over");
            prompt.GiveUp();
        });
        refused.Accepted.ShouldBeFalse();
    }

    [Fact]
    public async Task R14_What_was_signed_is_what_was_shown_also_when_it_changed_meanwhile()
    {
        using var browser = await lab.SignIn("qa01");
        var lot = await Lot();
        var refused = await Release(browser, lot, async (asked, _) =>
        {
            (await lab.Post("qa02", $"/materials/{lot.LotId}/recall", new { reason = "Supplier recalls the lot" })).Status.ShouldBeLessThan(300);
            lab.Provider.Person = ("qa01", null);
            (await browser.Get($"/account/sign/{asked.Id}")).Where.ShouldBe("/account/signed?what=done");
        });
        refused.Accepted.ShouldBeFalse();
    }

    [Fact]
    public async Task R14_The_second_person_signs_at_the_provider_too_and_the_entry_that_waits_is_recorded_as_it_was()
    {
        var batch = await lab.NewBatch();
        var now = lab.Now();
        (await lab.Enter("tech01", batch, "ConsentRecorded", new { consentRef = "C-1", signedAt = now.AddDays(-2), scope = new[] { "Trial" } })).ShouldBe(201);
        (await lab.Enter("qa01", batch, "DonorEligibilityDetermined", new { status = "AutologousExempt" })).ShouldBe(201);
        var patient = (await lab.Get("tech01", $"/batches/{batch}"))["patientRef"].GetValue<string>();
        var identifier = (await lab.Get("tech01", $"/patients/{patient}"))["secondIdentifier"].GetValue<string>();
        var data = new TissueReceived(TissueKind.Lipoaspirate, "A999926000002", "00", "6", 120, TissueUnit.mL, now.AddHours(-3), now, 18, 18, true, [patient, identifier], 2);
        using var browser = await lab.SignIn("tech01");
        (await Receive("tech01")).Findings.ShouldHaveSingleItem().Message.ShouldContain("not tech02");
        var answer = await Receive("tech02");
        answer.Accepted.ShouldBeTrue(string.Join(", ", answer.Findings));
        (answer.Events[0].ActorId, answer.Events[0].VerifiedBy!.User).ShouldBe(("tech01", "tech02"));
        SignatureRules.IsValid(answer.Events[0], answer.Events[0].VerifiedBy!).ShouldBeTrue();

        async Task<AppendAnswer> Receive(string signsIn)
        {
            await using var page = lab.Services.CreateAsyncScope();
            var (desk, prompt) = (page.ServiceProvider.GetRequiredService<IEntryDesk>(), page.ServiceProvider.GetRequiredService<SigningPrompt>());
            var waiting = desk.Submit(browser.Person, new EntryDraft(batch, data) { Verification = new(Meanings.Verified, "", "tech02") }, Ct);
            await Waiting.Until(() => prompt.Current is not null || waiting.IsCompleted, "the page asks for the signature");
            lab.Provider.Person = (signsIn, null);
            if (prompt.Current is { } asked) await browser.Get($"/account/sign/{asked.Id}");
            return await waiting;
        }
    }

    [Fact]
    public async Task R14_The_API_takes_no_password_as_a_signature()
    {
        var lot = await Lot();
        var refused = (await lab.Post("qa01", $"/materials/{lot.LotId}/release", new { signature = RunningLab.Sign("Approved", "qa01") })).ShouldBeRefused(422, "SIG-PASSWORD");
        refused.Text.ShouldContain("identity provider");
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_told_on_the_sign_in_page_and_the_server_runs_on()
    {
        await using var away = new ProviderLab(postgres) { StartsWithoutProvider = true };
        await away.InitializeAsync();
        using var browser = new Browser(away.Http.BaseAddress!);
        (await browser.Get("/account/login")).Page.ShouldContain("does not answer");
        (await browser.Get("/account/oidc")).Where.ShouldStartWith("/account/login?reason=away");
        (await browser.Get("/health/live")).Page.ShouldNotBeEmpty();
        await away.Provider.Start();
        (await browser.Get("/account/login")).Page.ShouldNotContain("does not answer");
    }
}
