using System.Security.Cryptography.X509Certificates;
using CultureTrack.Grains.Notices;
using CultureTrack.IntegrationTests.Api;
using CultureTrack.IntegrationTests.Hosting;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using SmtpServer.Protocol;

namespace CultureTrack.IntegrationTests.Mail;

/// <summary>A running lab that hands its e-mail in at a <see cref="MailServer"/>.</summary>
public class MailLab(PostgresFixture postgres) : RunningLab(postgres)
{
    internal MailServer Server { get; } = new();
    protected virtual string Tls => "none";

    protected override Dictionary<string, string?> Settings(TestDatabase database) => new(base.Settings(database))
    {
        ["Mail:Host"] = "127.0.0.1",
        ["Mail:Port"] = Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Mail:Tls"] = Tls,
        ["Mail:From"] = "CultureTrack <lab@culturetrack.example>",
    };

    /// <summary>Puts a message to somebody into the outbox.</summary>
    public async Task<string> Put(string user)
    {
        var id = Id("M");
        await using var session = Services.GetRequiredService<IDocumentStore>().LightweightSession();
        session.Store(new Delivery { Id = id, Channel = DeliveryChannel.Email, Target = user, Kind = "task.overdue", At = this.Now(), Subject = "Überfällig: Medium wechseln", Body = "CEA-26-0001: Mediumwechsel – 37,0 °C.\nhttp://lab.example/tasks" });
        await session.SaveChangesAsync(TestContext.Current.CancellationToken);
        Services.GetRequiredService<NoticeBoard>().Sent();
        return id;
    }

    public async Task<Delivery> After(string id, int attempts)
    {
        Delivery? found = null;
        await Waiting.Until(async () =>
        {
            await using var session = Services.GetRequiredService<IDocumentStore>().QuerySession();
            return (found = await session.LoadAsync<Delivery>(id, TestContext.Current.CancellationToken))!.Attempts.Count == attempts;
        }, $"attempt {attempts}");
        return found!;
    }

    public Task Hurry(string user) => Services.GetRequiredService<Outbox>().Hurry(user, TestContext.Current.CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The same, encrypting or not at all.</summary>
public sealed class StartTlsLab(PostgresFixture postgres) : MailLab(postgres)
{
    protected override string Tls => "starttls";
}

/// <summary>E-mail from the outbox to a mail server that takes it, refuses it, asks for patience or for a sign-in.</summary>
public sealed class MailTests(MailLab lab) : IClassFixture<MailLab>, IAsyncLifetime
{
    public ValueTask InitializeAsync()
    {
        lab.Server.Answers = SmtpResponse.Ok;
        lab.Server.Taken.Clear();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await lab.Server.Stop();

    [Fact]
    public async Task A_message_arrives_whole_under_the_id_of_its_delivery()
    {
        lab.Server.Start();
        var id = await lab.Put("tech01");
        var sent = await lab.After(id, 1);
        (sent.Status, sent.Attempts[0].Answer).ShouldBe((DeliveryStatus.Delivered, "handed in"));
        lab.Server.Taken.TryDequeue(out var message).ShouldBeTrue();
        (message!.Subject, message.TextBody!.ReplaceLineEndings("\n").Trim()).ShouldBe((sent.Subject, sent.Body));
        (message.To.ToString(), message.From.ToString(), message.MessageId).ShouldBe(("\"Person tech01\" <tech01@lab.example>", "\"CultureTrack\" <lab@culturetrack.example>", $"{id}@culturetrack"));
    }

    [Fact]
    public async Task An_alarm_that_nobody_acknowledges_reaches_whom_it_calls()
    {
        lab.Server.Start();
        var id = await TestDevice.Register(lab);
        await lab.Advance(TimeSpan.FromMinutes(6));    // silent for five
        var mails = lab.Server.Taken.Where(m => m.Subject == $"Alarm {id}: CommsLost");
        await Waiting.Until(() => mails.Count() == 3, "everybody who may act as technician is called, because nobody has the duty");
        mails.Select(m => m.To.Mailboxes.Single().Address).ShouldBe(["tech01@lab.example", "tech02@lab.example", "sup01@lab.example"], ignoreOrder: true);
        mails.First().TextBody!.ShouldContain("not acknowledged. You are called as OnShift, because nobody has this duty");
        (await lab.Post(RunningLab.Admin, $"/incubators/{id}/status", new { status = "OutOfService", reason = "The test is over" })).ShouldBe(200);
        // The lab is shared: what else it called for is handed over before the next test.
        await Waiting.Until(async () =>
        {
            await using var session = lab.Services.GetRequiredService<IDocumentStore>().QuerySession();
            return !await session.Query<Delivery>().AnyAsync(d => d.Kind == "alarm.escalated" && d.Status == DeliveryStatus.Pending, TestContext.Current.CancellationToken);
        }, "everything is handed over");
    }

    [Fact]
    public async Task A_refusal_is_kept_with_its_words_and_tried_again_later()
    {
        lab.Server.Answers = new(SmtpReplyCode.MailboxUnavailable, "no such mailbox here");
        lab.Server.Start();
        var waiting = await lab.After(await lab.Put("tech02"), 1);
        (waiting.Status, waiting.Attempts[0].Answer).ShouldBe((DeliveryStatus.Pending, "550 no such mailbox here"));
        waiting.NextAttemptAt.ShouldBeGreaterThan(waiting.Attempts[0].At);
    }

    [Fact]
    public async Task What_is_refused_again_and_again_is_given_up()
    {
        lab.Server.Answers = new(SmtpReplyCode.TransactionFailed, "not wanted");
        lab.Server.Start();
        var id = await lab.Put("qc01");
        for (var attempt = 1; attempt <= 8; attempt++)
        {
            (await lab.After(id, attempt)).Status.ShouldBe(attempt < 8 ? DeliveryStatus.Pending : DeliveryStatus.GivenUp);
            await lab.Hurry("qc01");
        }
    }

    [Fact]
    public async Task What_the_server_cannot_take_now_waits_and_arrives_in_order_when_it_can()
    {
        lab.Server.Answers = new(SmtpReplyCode.Aborted, "try again later");
        lab.Server.Start();
        var first = await lab.Put("qa01");
        var waiting = await lab.After(first, 1);
        (waiting.Status, waiting.Attempts[0].Answer).ShouldBe((DeliveryStatus.Pending, "451 try again later"));
        (waiting.NextAttemptAt - waiting.Attempts[0].At).ShouldBe(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));
        await lab.Advance(TimeSpan.FromSeconds(1));
        var second = await lab.Put("qa01");
        await lab.After(second, 1);
        lab.Server.Answers = SmtpResponse.Ok;
        await lab.Hurry("qa01");
        (await lab.After(first, 2)).Status.ShouldBe(DeliveryStatus.Delivered);
        (await lab.After(second, 2)).Status.ShouldBe(DeliveryStatus.Delivered);
        lab.Server.Taken.Select(m => m.MessageId).ShouldBe([$"{first}@culturetrack", $"{second}@culturetrack"]);
    }

    [Fact]
    public async Task A_server_that_is_away_is_tried_again()
    {
        var id = await lab.Put("sup01");
        (await lab.After(id, 1)).Attempts[0].Answer.ShouldContain("refused");
        lab.Server.Start();
        await lab.Hurry("sup01");
        (await lab.After(id, 2)).Status.ShouldBe(DeliveryStatus.Delivered);
    }

    [Fact]
    public async Task A_server_that_wants_a_sign_in_where_none_is_set_is_named_in_the_outbox()
    {
        lab.Server.Start(wantsSignIn: true);
        var waiting = await lab.After(await lab.Put("qc02"), 1);
        waiting.Status.ShouldBe(DeliveryStatus.Pending);
        waiting.Attempts[0].Answer.ShouldContain("Mail:Username");
    }

    [Fact]
    public async Task A_message_without_an_address_to_go_to_does_not_stop_the_others()
    {
        lab.Server.Start();
        var nobody = await lab.Put("gone01");
        var id = await lab.Put("tech01");
        (await lab.After(id, 1)).Status.ShouldBe(DeliveryStatus.Delivered);
        (await lab.After(nobody, 1)).Attempts[0].Answer.ShouldBe("no active account with an address");
    }
}

/// <summary>Where encryption is asked for, nothing goes without it.</summary>
public sealed class StartTlsTests(StartTlsLab lab) : IClassFixture<StartTlsLab>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await lab.Server.Stop();

    [Fact]
    public async Task A_server_that_offers_no_STARTTLS_gets_nothing_and_the_outbox_says_which_setting_asks_for_it()
    {
        lab.Server.Start();
        var waiting = await lab.After(await lab.Put("tech01"), 1);
        waiting.Status.ShouldBe(DeliveryStatus.Pending);
        waiting.Attempts[0].Answer.ShouldContain("STARTTLS");
        waiting.Attempts[0].Answer.ShouldContain("Mail:Tls");
        lab.Server.Taken.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_certificate_nobody_vouches_for_gets_nothing_and_the_outbox_says_so()
    {
        using var files = new TestCertificate();
        using var certificate = X509CertificateLoader.LoadPkcs12(X509Certificate2.CreateFromPemFile(files.CertificateFile, files.KeyFile).Export(X509ContentType.Pfx), null);
        lab.Server.Start(certificate);
        var waiting = await lab.After(await lab.Put("tech02"), 1);
        waiting.Status.ShouldBe(DeliveryStatus.Pending);
        waiting.Attempts[0].Answer.ShouldContain("certificate");
        lab.Server.Taken.ShouldBeEmpty();
    }
}
