using CultureTrack.Grains.People;
using CultureTrack.Web.People;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CultureTrack.IntegrationTests.Api;

[Collection(LabCollection.Name)]
public sealed class PeopleTests(RunningLab lab)
{
    private static string Name() => RunningLab.Id("person").Replace("-", "", StringComparison.Ordinal);

    [Fact]
    public async Task The_first_administrator_is_made_once_with_the_right_token()
    {
        lab.Setup.ShouldBe(201)["user"].GetValue<string>().ShouldBe(RunningLab.Admin);
        var again = new { token = RunningLab.SetupToken, user = "adm02", fullName = "Second Minde", password = RunningLab.Password };
        (await lab.Post(null, "/setup", again)).ShouldBeRefused(422, "STATE-GUARD");
        (await lab.Post(null, "/setup", again with { token = "guess" })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
    }

    [Theory, InlineData("admin"), InlineData("ROOT"), InlineData("qa"), InlineData("tech"), InlineData("has space")]
    [Trait("Rule", "R-10")]
    public async Task An_id_that_is_nobodys_name_is_refused(string user) =>
        (await lab.Post(RunningLab.Admin, "/users", RunningLab.NewUser(user, "T"))).ShouldBeRefused(422, "VAL-FORMAT");

    [Fact]
    [Trait("Rule", "R-10")]
    public async Task An_id_and_an_email_belong_to_one_person_for_ever()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        (await lab.Post(RunningLab.Admin, $"/users/{user}/deactivate", new { reason = "Left the laboratory" })).ShouldBe(200);
        (await lab.Post(RunningLab.Admin, "/users", RunningLab.NewUser(user.ToUpperInvariant(), "T"))).ShouldBeRefused(422, "VAL-DUPLICATE");
        var other = new { user = Name(), fullName = "Other", email = $"{user}@LAB.example", roles = new[] { "T" }, qualifications = new[] { "*" }, initialPassword = "given-once-to-change" };
        (await lab.Post(RunningLab.Admin, "/users", other)).ShouldBeRefused(422, "VAL-DUPLICATE");
    }

    [Fact]
    public async Task Several_persons_are_registered_all_or_none()
    {
        var (first, second) = (Name(), Name());
        var reply = await lab.Post(RunningLab.Admin, "/users", new[] { RunningLab.NewUser(first, "T"), RunningLab.NewUser("guest", "T") });
        reply.ShouldBeRefused(422, "VAL-FORMAT")["errors"]![0]!["field"]!.GetValue<string>().ShouldBe("[1].user");
        (await lab.Post(RunningLab.Admin, "/users", new[] { RunningLab.NewUser(first, "T"), RunningLab.NewUser(second, "QA") })).ShouldBe(201).Json!.AsArray().Count.ShouldBe(2);
    }

    [Fact]
    [Trait("Rule", "R-23")]
    public async Task An_administrator_neither_makes_nor_reviews_nor_releases()
    {
        (await lab.Post(RunningLab.Admin, "/users", RunningLab.NewUser(Name(), "ADMIN", "QA"))).ShouldBeRefused(403, "SOD-SELF-GRANT");
        (await lab.Post(RunningLab.Admin, $"/users/{RunningLab.Admin}/roles", new { roles = new[] { "QA" }, reason = "I want to release" })).ShouldBeRefused(403, "SOD-SELF-GRANT");
        (await lab.Post(RunningLab.Admin, "/patients", new { patientRef = "PT-X", secondIdentifier = "1" })).ShouldBeRefused(403, "SOD-ROLE");
    }

    [Fact]
    [Trait("Rule", "R-15")]
    public async Task A_first_password_only_serves_to_choose_another_one()
    {
        var user = Name();
        await lab.Post(RunningLab.Admin, "/users", RunningLab.NewUser(user, "T"));
        (await lab.Post(null, "/session", new { user, password = "given-once-to-change" })).ShouldBeRefused(403, "AUTH-PASSWORD-CHANGE");
        (await lab.Post(null, "/me/password", new { user, current = "given-once-to-change", @new = "short" })).ShouldBeRefused(422, "VAL-FORMAT");
        (await lab.Post(null, "/me/password", new { user, current = "wrong", @new = RunningLab.Password })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        (await lab.Post(null, "/me/password", new { user, current = "given-once-to-change", @new = RunningLab.Password })).ShouldBe(204);
        var session = (await lab.Post(null, "/session", new { user, password = RunningLab.Password })).ShouldBe(200);
        session["roles"].AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["T"]);
        session["fullName"].GetValue<string>().ShouldBe($"Person {user}");
    }

    [Fact]
    public async Task R16_A_password_that_has_served_its_time_is_chosen_anew_before_the_next_session()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        (await SignIn(TimeSpan.FromHours(1))).ShouldBeNull();
        await lab.Advance(TimeSpan.FromHours(1));
        (await SignIn(TimeSpan.FromHours(1))).ShouldBe("AUTH-PASSWORD-CHANGE");
        (await SignIn(null)).ShouldBeNull();
        (await lab.Post(null, "/me/password", new { user, current = RunningLab.Password, @new = "another-horse-battery" })).ShouldBe(204);
        (await SignIn(TimeSpan.FromHours(1), "another-horse-battery")).ShouldBeNull();

        async Task<string?> SignIn(TimeSpan? life, string password = RunningLab.Password)
        {
            await using var scope = lab.Services.CreateAsyncScope();
            var signIn = ActivatorUtilities.CreateInstance<SignIn>(scope.ServiceProvider, new PasswordPolicy(life));
            var outcome = await signIn.Try(new DefaultHttpContext { RequestServices = scope.ServiceProvider }, user, password, isBrowser: false);
            return outcome.Findings.Select(f => f.Code).FirstOrDefault();
        }
    }

    [Fact]
    [Trait("Rule", "R-16")]
    public async Task Five_wrong_passwords_lock_the_account_until_an_administrator_unlocks_it()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        await lab.Token(user);
        for (var i = 0; i < 5; i++) (await lab.Post(null, "/session", new { user, password = "guess-number-1" })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        (await lab.Post(null, "/session", new { user, password = RunningLab.Password })).ShouldBeRefused(401, "AUTH-LOCKED");
        (await lab.Get(user, "/me")).ShouldBeRefused(401, "AUTH-LOCKED");
        (await lab.Post(RunningLab.Admin, $"/users/{user}/unlock", new { reason = "short" })).ShouldBeRefused(422, "VAL-REASON");
        (await lab.Post(RunningLab.Admin, $"/users/{user}/unlock", new { reason = "Identity checked in person" })).ShouldBe(200);
        (await lab.Post(null, "/session", new { user, password = RunningLab.Password })).ShouldBe(200);
    }

    [Fact]
    [Trait("Rule", "R-16")]
    public async Task Wrong_passwords_at_the_same_moment_are_all_counted()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => lab.Post(null, "/session", new { user, password = "guess-number-1" })));
        answers.ShouldAllBe(a => a.Status == 401);
        (await lab.Post(null, "/session", new { user, password = RunningLab.Password })).ShouldBeRefused(401, "AUTH-LOCKED");
    }

    [Fact]
    [Trait("Rule", "R-08")]
    public async Task A_deactivated_persons_open_session_fails_at_the_next_command()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        var token = await lab.Token(user);
        (await lab.SendWith(token, HttpMethod.Get, "/me", null)).ShouldBe(200);
        await lab.Post(RunningLab.Admin, $"/users/{user}/deactivate", new { reason = "Left the laboratory" });
        (await lab.SendWith(token, HttpMethod.Get, "/me", null)).ShouldBeRefused(401, "AUTH-EXPIRED");
    }

    [Fact]
    [Trait("Rule", "R-15")]
    public async Task A_reset_password_is_chosen_anew_with_the_one_time_link_only()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        var link = (await lab.Post(RunningLab.Admin, $"/users/{user}/reset-password", new { reason = "Password forgotten" })).ShouldBe(200)["oneTimeLink"].GetValue<string>();
        var code = Uri.UnescapeDataString(link[(link.IndexOf("code=", StringComparison.Ordinal) + 5)..]);
        (await lab.Post(null, "/session", new { user, password = RunningLab.Password })).ShouldBeRefused(403, "AUTH-PASSWORD-CHANGE");
        (await lab.Post(null, "/me/password", new { user, current = RunningLab.Password, @new = "another-long-password" })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        (await lab.Post(null, "/me/password", new { user, current = code, @new = "another-long-password" })).ShouldBe(204);
        (await lab.Post(null, "/me/password", new { user, current = code, @new = "yet-another-password" })).ShouldBeRefused(401, "AUTH-CREDENTIALS");
        (await lab.Post(null, "/session", new { user, password = "another-long-password" })).ShouldBe(200);
    }

    [Fact]
    public async Task A_signed_out_session_and_an_unknown_token_are_over_and_no_token_is_no_sign_in()
    {
        var session = (await lab.Post(null, "/session", new { user = "qc02", password = RunningLab.Password })).ShouldBe(200)["token"].GetValue<string>();
        (await lab.SendWith(session, HttpMethod.Delete, "/session", null)).ShouldBe(204);
        (await lab.SendWith(session, HttpMethod.Get, "/me", null)).ShouldBeRefused(401, "AUTH-EXPIRED");
        (await lab.SendWith("nonsense", HttpMethod.Get, "/me", null)).ShouldBeRefused(401, "AUTH-EXPIRED");
        (await lab.Get(null, "/me")).ShouldBeRefused(401, "AUTH-CREDENTIALS");
    }

    [Fact]
    [Trait("Rule", "R-15")]
    [Trait("Rule", "R-17")]
    public async Task An_access_token_reads_and_never_signs_or_commands()
    {
        var made = (await lab.Post("qa01", "/tokens", new { name = "Historian", scopes = new[] { "read" }, expiresAt = "2026-12-31T00:00:00Z" })).ShouldBe(201);
        var token = made["token"].GetValue<string>();
        (await lab.SendWith(token, HttpMethod.Get, "/batches", null)).ShouldBe(200);
        (await lab.SendWith(token, HttpMethod.Post, "/patients", new { patientRef = "PT-T", secondIdentifier = "1" })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.SendWith(token, HttpMethod.Post, "/tokens", new { name = "More", scopes = new[] { "read" }, expiresAt = "2026-12-31T00:00:00Z" })).ShouldBeRefused(403, "SOD-ROLE");
        (await lab.Delete("qa01", $"/tokens/{made["tokenId"].GetValue<string>()}")).ShouldBe(204);
        (await lab.SendWith(token, HttpMethod.Get, "/batches", null)).ShouldBeRefused(401, "AUTH-EXPIRED");
    }

    [Fact]
    public async Task Training_and_shifts_are_recorded_by_others_than_the_person()
    {
        var user = Name();
        await lab.AddUser(user, "T");
        var training = new { user, qualification = "Gowning", from = "2026-03-01T08:00:00Z", until = "2027-03-01T08:00:00Z", assessor = user, evidenceRef = "TR-1" };
        (await lab.Post("sup01", "/training", training)).ShouldBeRefused(403, "SOD-AUTHOR");
        (await lab.Post("sup01", "/training", training with { assessor = "qa01" })).ShouldBe(201);
        var shift = new { user, duty = "Supervisor", from = "2026-03-02T06:00:00Z", to = "2026-03-02T14:00:00Z", contact = "+33 1", comment = "The night is not rostered yet" };
        (await lab.Post("sup01", "/shifts", shift)).ShouldBeRefused(422, "STATE-GUARD");
        (await lab.Post("sup01", "/shifts", shift with { duty = "OnShift", comment = null! })).ShouldBeRefused(422, "VAL-COMMENT").Json!["flags"]!.AsArray().Count.ShouldBeGreaterThan(0);
        (await lab.Post("sup01", "/shifts", shift with { duty = "OnShift" })).ShouldBe(201);
    }
}
