using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CultureTrack.Documents;
using CultureTrack.Documents.BatchRecord;
using CultureTrack.Documents.Certificates;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Tests.Release;
using Shouldly;
using UglyToad.PdfPig;
using Xunit;

namespace CultureTrack.Documents.Tests;

/// <summary>The batch record and the certificate in print: complete, paginated, the same bytes for the same version.</summary>
public sealed class BatchRecordTests
{
    private const string AskedByOtherProcess = "CULTURETRACK_TEST_DOCUMENT";

    // Read from the file as a reader of the paper would: words in order, page by page.
    private static string[] Pages(byte[] file)
    {
        using var pdf = PdfDocument.Open(file);
        return [.. pdf.GetPages().Select(p => string.Join(' ', p.GetWords().Select(w => w.Text)))];
    }

    private static string Text(byte[] file) => string.Join(' ', Pages(file));

    /// <summary>A submitted batch with one corrected value, as stored and as folded.</summary>
    private static BatchDossier Corrected()
    {
        var story = WorkedBatches.AdscGrowing();
        var passage = story.State.Last<PassagePerformed>()!;
        var stored = story.State.History.ToList();
        var correction = new RecordCorrected(passage.EventId, "viabilityPct", JsonSerializer.SerializeToElement(95m), JsonSerializer.SerializeToElement(94.5m), "Misread the second digit");
        var at = story.Time("04-24 15:00");
        var accepted = (Accepted)BatchDecider.Decide(story.State, new Entry(correction, story.Person("tech01"), at, at, Comment: "Seen on the screen of the counter", Signature: new(story.Person("tech01"), Meanings.Performed, true)), story.Facts);
        story.State = accepted.State;
        return Dossiers.Of(story, stored: [.. stored, .. accepted.Events]);
    }

    [Fact]
    [Trait("Rule", "R-03")]
    public void R03_A_correction_is_printed_with_the_old_value_the_new_one_who_when_and_why()
    {
        var text = Text(BatchRecordPdf.Write(Corrected()));
        text.ShouldContain("Misread the second digit");
        text.ShouldContain("viabilityPct from 95 to 94.5, tech01, 2026-04-24 15:00:00 +00:00");
        text.ShouldContain("Seen on the screen of the counter");
        // The entry itself still shows what was first recorded.
        text.ShouldContain("Viability 95 %");
    }

    [Fact]
    [Trait("Rule", "R-11")]
    public void R11_Every_signature_is_printed_with_full_name_id_meaning_local_time_with_offset_and_UTC()
    {
        var dossier = Dossiers.Of(WorkedBatches.AdscReady().Signed("04-28 22:00", DispositionKind.Conditional));
        var signatures = dossier.Events.SelectMany(e => new[] { e.Signature, e.VerifiedBy, e.CoSignature }.OfType<Signature>()).ToList();
        signatures.Count.ShouldBeGreaterThan(15);
        var record = Text(BatchRecordPdf.Write(dossier));
        foreach (var s in signatures)
            record.ShouldContain($"{s.FullName} ({s.User}), meaning {Said.Words(s.Meaning)}, {s.Local} {s.Zone} = {Exact.Utc(s.SignedAt)}");
        Text(CertificatePdf.Write(dossier)).ShouldContain("qa02 (qa02) signed electronically, with the meaning Conditionally released, on 2026-04-28T22:00:00+00:00 (UTC), 2026-04-28 22:00:00Z.");
    }

    [Fact]
    public void Every_page_names_batch_patient_version_and_hash_and_counts_itself()
    {
        var pages = Pages(BatchRecordPdf.Write(Dossiers.Of(WorkedBatches.CeaReady())));
        pages.Length.ShouldBeGreaterThan(8);
        for (var i = 0; i < pages.Length; i++)
        {
            pages[i].ShouldContain("Batch record CEA-26-0001");
            pages[i].ShouldContain("Patient PT-0001 / 1984-06-02");
            pages[i].ShouldContain(string.Create(CultureInfo.InvariantCulture, $"Page {i + 1} of {pages.Length}"));
            pages[i].ShouldContain(Dossiers.Head);
            pages[i].ShouldNotContain("REHEARSAL");
        }
        Pages(BatchRecordPdf.Write(Dossiers.Of(WorkedBatches.CeaReady(), rehearsal: true))).ShouldAllBe(p => p.Contains("REHEARSAL"));
    }

    [Fact]
    public void Every_entry_is_in_the_record_with_each_of_its_values()
    {
        var dossier = Dossiers.Of(WorkedBatches.CeaReady());
        var record = Bare(Text(BatchRecordPdf.Write(dossier)));
        foreach (var e in dossier.Events)
        {
            record.ShouldContain(e.EventId.ToString());
            if (e.Comment is { } comment) record.ShouldContain(Bare(comment));
            foreach (var (name, value) in Exact.Fields(e, dossier.Zone))
            {
                record.ShouldContain(Bare(name));
                foreach (var part in value.Split(", ").SelectMany(p => p.Split("; "))) record.ShouldContain(Bare(part), Case.Sensitive, $"{e.Type} {name}");
            }
        }
    }

    // Without the blanks, which a line break takes away or adds.
    private static string Bare(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\u2009", "", StringComparison.Ordinal);

    [Fact]
    public void An_unsigned_batch_has_a_draft_that_says_on_every_page_that_it_is_no_certificate()
    {
        var draft = CertificatePdf.Write(Dossiers.Of(WorkedBatches.AdscReady()));
        Pages(draft).ShouldAllBe(p => p.Contains("NO CERTIFICATE", StringComparison.Ordinal));
        Text(draft).ShouldContain("Draft of a certificate of analysis");
        Text(draft).ShouldNotContain("signed electronically");
    }

    [Fact]
    public void A_conditional_release_carries_the_list_of_pending_tests_with_the_date_each_result_is_expected()
    {
        var text = Text(CertificatePdf.Write(Dossiers.Of(WorkedBatches.CeaConditional())));
        text.ShouldContain("CONDITIONALLY RELEASED");
        text.ShouldContain("tests pending: C-06, C-11, CEA-09");
        text.ShouldContain("C-06 Sterility, final");
        text.ShouldContain("2026-04-02 12:00 +00:00");
        text.ShouldContain("Expires 2026-03-20 10:00:00 +00:00 (UTC)");
    }

    [Fact]
    public void A_rejected_batch_is_never_mistaken_for_a_released_one()
    {
        var pages = Pages(CertificatePdf.Write(Dossiers.Of(WorkedBatches.AdscReady(cd45: 2.6m).Signed("04-29 09:00", DispositionKind.Reject, "CD45 above its limit"))));
        pages.ShouldAllBe(p => p.Contains("REJECTED: NOT FOR USE", StringComparison.Ordinal));
        string.Join(' ', pages).ShouldContain("FAIL");
    }

    [Fact]
    public void Text_that_people_typed_is_printed_whole_in_any_script_and_never_runs_out_of_the_page()
    {
        var words = "Überstände geprüft ≥ 70 % µm – Ελένη Αναγνώστου Юлия → " + new string('x', 300) + " 細胞 \u0007\u202Eend";
        var story = WorkedBatches.AdscGrowing();
        var last = story.State.History[^1];
        var file = BatchRecordPdf.Write(Dossiers.Of(story, stored: [.. story.State.History.SkipLast(1), last.WithBody(last.Body) with { Comment = words }]));
        var text = Text(file);
        text.ShouldContain("Überstände geprüft ≥ 70 % µm – Ελένη Αναγνώστου Юлия →");
        text.ShouldContain("[U+7D30][U+80DE]");
        using var pdf = PdfDocument.Open(file);
        foreach (var page in pdf.GetPages()) page.Letters.ShouldAllBe(l => l.StartBaseLine.X >= 0 && l.EndBaseLine.X <= page.Width + 0.5);
    }

    [Fact]
    public void The_same_version_is_the_same_bytes_in_another_process_time_zone_and_locale()
    {
        var (record, certificate) = Documents();
        if (Environment.GetEnvironmentVariable(AskedByOtherProcess) is { } answer)
        {
            File.WriteAllText(answer, Hash(record, certificate));
            return;
        }
        var (again, certificateAgain) = Documents();
        again.ShouldBe(record);
        certificateAgain.ShouldBe(certificate);
        OtherProcess().ShouldBe(Hash(record, certificate));
    }

    // What differs between two tellings of one story, ids of events and hashes over them, is taken from the first.
    private static (byte[], byte[]) Documents()
    {
        var story = WorkedBatches.CeaConditional();
        var ids = story.State.History.Select((e, i) => (e.EventId, New: new Guid(0x0197f3a2, 0x5c1e, 0x7000, 0x80, 0, 0, 0, 0, 0, (byte)(i >> 8), (byte)i))).ToDictionary(x => x.EventId, x => x.New);
        var events = story.State.History.Select(e => Renamed(e, ids)).ToList();
        var dossier = Dossiers.Of(story, stored: events) with { State = BatchFold.Fold(events) };
        var verdict = dossier.Verdict with { Criteria = [.. dossier.Verdict.Criteria.Select(c => c with { Evidence = [.. c.Evidence.Select(x => ids[x])] })] };
        var exceptions = dossier.Exceptions with { Items = [.. dossier.Exceptions.Items.Select(x => x with { EventIds = [.. x.EventIds.Select(id => ids[id])] })] };
        return (BatchRecordPdf.Write(dossier with { Verdict = verdict, Exceptions = exceptions }), CertificatePdf.Write(dossier with { Verdict = verdict, Exceptions = exceptions }));
    }

    private static Recorded Renamed(Recorded e, Dictionary<Guid, Guid> ids)
    {
        var json = JsonSerializer.Serialize(e, e.GetType(), RecordJson.Options);
        foreach (var (old, now) in ids) json = json.Replace(old.ToString(), now.ToString(), StringComparison.Ordinal);
        var renamed = (Recorded)JsonSerializer.Deserialize(json, e.GetType(), RecordJson.Options)!;
        Signature? Settled(Signature? s) => s is null ? null : s with { ContentHash = ContentHash.Of(renamed, s.User, s.Meaning) };
        return renamed with { Signature = Settled(renamed.Signature), VerifiedBy = Settled(renamed.VerifiedBy), CoSignature = Settled(renamed.CoSignature) };
    }

    private static string OtherProcess()
    {
        var answer = Path.GetTempFileName();
        var start = new ProcessStartInfo("dotnet", [typeof(BatchRecordTests).Assembly.Location, "--filter-method", $"{typeof(BatchRecordTests).FullName}.{nameof(The_same_version_is_the_same_bytes_in_another_process_time_zone_and_locale)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["TZ"], start.Environment["LC_ALL"], start.Environment[AskedByOtherProcess]) = ("Pacific/Auckland", "ar_SA.UTF-8", answer);
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var said = File.ReadAllText(answer);
        File.Delete(answer);
        return said;
    }

    private static string Hash(params byte[][] files) => string.Join(' ', files.Select(f => Convert.ToHexStringLower(SHA256.HashData(f))));
}
