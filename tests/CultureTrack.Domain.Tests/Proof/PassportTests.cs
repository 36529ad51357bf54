using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CultureTrack.Domain.Proof;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Proof;

/// <summary>Each way to tamper with a batch that leaves the server .</summary>
public sealed class PassportTests
{
    private readonly SealedBatch _batch = new();

    [Fact]
    public void R06_An_untouched_passport_is_proven_with_the_trusted_key_only()
    {
        var report = SealedBatch.Verify(_batch.Seal());
        report.Findings.ShouldBeEmpty();
        (report.IsProven, report.Events, report.Signatures).ShouldBe((true, 3, 2));
        var unknown = new PassportVerifier([]).Verify(_batch.Seal());
        (unknown.IsConsistent, unknown.SignerKnown, unknown.IsProven).ShouldBe((true, false, false));
    }

    [Fact]
    public void R06_Every_changed_byte_of_the_file_is_found()
    {
        var good = _batch.Seal();
        var unseen = Enumerable.Range(0, good.Length).Where(i => !Examples.Few || i % 61 == 0).AsParallel().Where(i =>
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 0x01;
            return SealedBatch.Verify(bad).IsProven;
        }).ToList();
        unseen.ShouldBeEmpty();
    }

    [Fact]
    public void R06_Every_changed_field_of_an_event_is_found_and_told_where()
    {
        for (var i = 0; i < _batch.Events.Count; i++)
            foreach (var path in Leaves(JsonNode.Parse(_batch.Events[i].Event.Envelope.GetRawText())!))
            {
                var events = _batch.Events.ToList();
                events[i] = SealedBatch.With(events[i], json => Change(json, path));
                var report = SealedBatch.Verify(_batch.Seal(events));
                report.Findings.ShouldContain(f => f.Code == "CHANGED" || f.Code == "EVENT" || f.Code == "SPLICE", $"{path} of event {i + 1}");
                report.Findings[0].Where.ShouldContain($"line {i + 1}");
            }
    }

    [Fact]
    public void R06_Every_member_that_is_removed_added_or_renamed_is_found()
    {
        var first = _batch.Events[0];
        foreach (var name in first.Event.Envelope.EnumerateObject().Select(m => m.Name))
        {
            Broken(With(0, json => json.Remove(name)));
            Broken(With(0, json => { var value = json[name]!.DeepClone(); json.Remove(name); json[name + "x"] = value; }));
        }
        Broken(With(0, json => json["reason"] = "Invented later"));
        Broken(With(0, json => json["reason"] = null));
    }

    [Fact]
    public void R06_A_dropped_inserted_moved_or_repeated_event_is_found()
    {
        var e = _batch.Events;
        Broken([e[0], e[2]], "ORDER");
        Broken([e[1], e[2]], "ORDER");
        Broken([e[0], e[1]], "HEAD");
        Broken([], "EVENT");
        Broken([e[0], e[2], e[1]], "ORDER");
        Broken([e[0], e[1], e[1], e[2]], "ORDER");
    }

    [Fact]
    public void R06_The_last_event_cannot_be_dropped_together_with_its_head()
    {
        var e = _batch.Events;
        // The manifest tells of two events, the checkpoint has seen three.
        var report = new PassportVerifier([SealedBatch.Key.Public]).Verify(Reheaded());
        report.Findings.ShouldContain(f => f.Code == "CHECKPOINT" || f.Code == "SIGNATURE");

        byte[] Reheaded()
        {
            var whole = PassportArchive.Read(_batch.Seal());
            var manifest = JsonNode.Parse(whole[0].Packed)!.AsObject();
            manifest["head"] = new JsonObject { ["version"] = 2, ["hash"] = e[1].Hash };
            var files = whole.Skip(3).Select(f => f.Path == Passport.EventsPath ? Passport.Events([e[0], e[1]]) : f.Path == Passport.SignaturesPath ? Passport.Signatures([e[0], e[1]]) : f).ToList();
            return Passport.Seal(System.Text.Json.JsonSerializer.Deserialize<PassportManifest>(manifest, Records.RecordJson.Options)!, files, SealedBatch.Key);
        }
    }

    [Fact]
    public void R06_Two_batches_cannot_be_spliced()
    {
        var other = new SealedBatch("material/MED-26-02");
        Broken([_batch.Events[0], other.Events[1], _batch.Events[2]], "SPLICE");
        Broken([.. _batch.Events.Take(2), other.Events[2]], "LINK");
    }

    [Fact]
    public void R06_A_character_cannot_move_from_one_field_to_the_next()
    {
        Broken(With(0, json => (json["actorId"], json["actorRole"]) = ("tech0", "1T")), "CHANGED");
        Broken(With(0, json => (json["data"]!["lotId"], json["data"]!["supplier"]) = ("MED-26-01S", "upplier")), "CHANGED");
    }

    [Fact]
    public void R13_A_signature_moved_to_another_record_is_invalid_even_when_the_chain_is_made_again()
    {
        var signature = JsonNode.Parse(_batch.Events[1].Event.Envelope.GetProperty("signature").GetRawText());
        var moved = SealedBatch.With(_batch.Events[2], json => json["signature"] = signature);
        var relinked = SealedBatch.Link([_batch.Events[0].Event, _batch.Events[1].Event, moved.Event]);
        var report = SealedBatch.Verify(_batch.Seal(relinked, head: new(3, relinked[^1].Hash)));
        report.Findings.ShouldHaveSingleItem().Code.ShouldBe("RECORD-SIGNATURE");
        report.Findings[0].Where.ShouldContain("line 3");
    }

    [Fact]
    public void R13_Content_that_changed_after_signing_shows_the_signature_as_invalid_even_when_the_chain_is_made_again()
    {
        var changed = SealedBatch.With(_batch.Events[2], json => json["data"]!["reason"] = "Recalled by somebody else");
        var relinked = SealedBatch.Link([_batch.Events[0].Event, _batch.Events[1].Event, changed.Event]);
        SealedBatch.Verify(_batch.Seal(relinked, head: new(3, relinked[^1].Hash))).Findings.ShouldHaveSingleItem().Code.ShouldBe("RECORD-SIGNATURE");
    }

    [Fact]
    public void R06_A_truncated_file_and_foreign_files_are_found()
    {
        var good = _batch.Seal();
        foreach (var length in new[] { 0, 1, 30, good.Length / 2, good.Length - 1 }) SealedBatch.Verify(good[..length]).IsProven.ShouldBeFalse();
        SealedBatch.Verify([.. good, 0]).IsProven.ShouldBeFalse();
        var more = PassportArchive.Write([.. PassportArchive.Read(good), PassportEntry.Of("extra.txt", "x"u8.ToArray())]);
        SealedBatch.Verify(more).Findings.ShouldContain(f => f.Where == "extra.txt");
        var fewer = PassportArchive.Write([.. PassportArchive.Read(good).SkipLast(1)]);
        SealedBatch.Verify(fewer).Findings.ShouldContain(f => f.Where.EndsWith("temperature.csv", StringComparison.Ordinal) && f.Text.Contains("missing", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Rule", "R-33")]
    public void R33_A_printed_document_of_another_version_or_record_is_found()
    {
        var batch = new SealedBatch();
        var head = new PassportHead(batch.Events[^1].Event.Version, batch.Events[^1].Hash);
        byte[] File(string madeFrom) => Encoding.ASCII.GetBytes($"%PDF-1.4\n<</Subject({madeFrom})>>\n%%EOF");
        PassportReport Sealed(string madeFrom) => SealedBatch.Verify(batch.Seal(batch.Events, documents: [PassportEntry.Of("record.pdf", File(madeFrom)), PassportEntry.Of("coa.pdf", File(Passport.MadeFrom(head)))]));

        Sealed(Passport.MadeFrom(head)).IsProven.ShouldBeTrue();
        Sealed(Passport.MadeFrom(head with { Version = head.Version - 1 })).Findings.ShouldHaveSingleItem().ShouldSatisfyAllConditions(f => f.Code.ShouldBe("DOCUMENT"), f => f.Where.ShouldBe("record.pdf"));
        Sealed(Passport.MadeFrom(head with { Hash = batch.Events[0].Hash })).Findings.ShouldHaveSingleItem().Code.ShouldBe("DOCUMENT");
    }

    [Fact]
    public void R06_A_passport_sealed_again_with_another_key_has_an_unknown_signer()
    {
        var forged = SealedBatch.Verify(_batch.Seal(SigningKey.Create().Key));
        (forged.IsConsistent, forged.IsProven).ShouldBe((true, false));
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("de-DE")]
    public void R06_Another_locale_raises_no_false_alarm(string culture)
    {
        var passport = _batch.Seal();
        var events = Passport.Events(_batch.Events).Packed;
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            SealedBatch.Verify(passport).IsProven.ShouldBeTrue();
            Passport.Events(SealedBatch.Link(_batch.Events.Select(e => e.Event))).Packed.ShouldBe(events);
        }
        finally { CultureInfo.CurrentCulture = before; }
    }

    [Theory]
    [InlineData("12.50", "125e-1")]
    [InlineData("1.25E+1", "125e-1")]
    [InlineData("0.000", "0e0")]
    [InlineData("-0", "0e0")]
    [InlineData("-100", "-1e2")]
    [InlineData("1E-7", "1e-7")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("123456789012345678901234567890.1", "1234567890123456789012345678901e-1")]
    public void A_number_has_one_canonical_form_however_it_is_written(string json, string canonical) => Canonical.Number(json).ShouldBe(canonical);

    private List<LinkedEvent> With(int index, Action<JsonObject> change)
    {
        var events = _batch.Events.ToList();
        events[index] = SealedBatch.With(events[index], change);
        return events;
    }

    private void Broken(IReadOnlyList<LinkedEvent> events, string? code = null)
    {
        IReadOnlyList<LinkedEvent> readable = [.. events.Where(e => e.Event.Envelope.TryGetProperty("eventId", out _) && e.Event.Envelope.TryGetProperty("version", out _))];
        var report = SealedBatch.Verify(_batch.Seal(events, readable));
        report.IsConsistent.ShouldBeFalse();
        if (code is not null) report.Findings.ShouldContain(f => f.Code == code);
    }

    private static IEnumerable<string> Leaves(JsonNode node, string path = "") => node switch
    {
        JsonObject o => o.SelectMany(m => Leaves(m.Value!, $"{path}/{m.Key}")),
        JsonArray a => a.SelectMany((item, i) => Leaves(item!, $"{path}/{i.ToString(CultureInfo.InvariantCulture)}")),
        _ => [path],
    };

    private static void Change(JsonObject json, string path)
    {
        var steps = path.Split('/')[1..];
        JsonNode at = json;
        foreach (var step in steps[..^1]) at = at is JsonArray list ? list[int.Parse(step, CultureInfo.InvariantCulture)]! : at[step]!;
        var old = at is JsonArray a ? a[int.Parse(steps[^1], CultureInfo.InvariantCulture)]! : at[steps[^1]]!;
        JsonNode changed = old.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => old.GetValue<string>() + "x",
            System.Text.Json.JsonValueKind.Number => old.GetValue<decimal>() + 1,
            _ => !old.GetValue<bool>(),
        };
        if (at is JsonArray inside) inside[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = changed;
        else at[steps[^1]] = changed;
    }
}
