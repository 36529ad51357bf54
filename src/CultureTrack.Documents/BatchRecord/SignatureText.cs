using System.Globalization;
using CultureTrack.Documents.Layout;
using CultureTrack.Documents.Wording;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;

namespace CultureTrack.Documents.BatchRecord;

/// <summary>A signature in print: full name, user id, meaning, UTC and local time with offset (R-11), and whether it belongs to what it stands under (R-13).</summary>
internal static class SignatureText
{
    public static string Full(Recorded e, Signature s) =>
        $"{s.FullName} ({s.User}), meaning {Said.Words(s.Meaning)}, {s.Local} {s.Zone} = {Exact.Utc(s.SignedAt)}; content {s.ContentHash[..16]}…, {(SignatureRules.IsValid(e, s) ? "valid" : "DOES NOT MATCH THE CONTENT")}";

    public static IEnumerable<(string Role, Signature Signature)> Of(Recorded e)
    {
        if (e.Signature is { } own) yield return ("Signed", own);
        if (e.VerifiedBy is { } second) yield return ("Second person", second);
        if (e.CoSignature is { } quality) yield return ("Co-signed", quality);
    }
}

/// <summary>Every signature of the record in order.</summary>
internal static class SignatureChapter
{
    private static readonly Column[] Columns = [new("v", 4), new("Entry", 15), new("As", 13), new("Full name (user id)", 19), new("Meaning", 12), new("Local time with offset", 25), new("UTC", 20), new("Binding", 9)];

    public static void Draw(PaperFlow flow, BatchDossier d)
    {
        flow.Chapter("Signatures", newPage: true);
        flow.Table(Columns, d.Events.SelectMany(e => SignatureText.Of(e).Select(s => new Row(!SignatureRules.IsValid(e, s.Signature),
            e.Version.ToString(CultureInfo.InvariantCulture), Said.Words(e.Type), s.Role, $"{s.Signature.FullName} ({s.Signature.User})", Said.Words(s.Signature.Meaning),
            $"{s.Signature.Local} {s.Signature.Zone}", Exact.Utc(s.Signature.SignedAt), SignatureRules.IsValid(e, s.Signature) ? "valid" : "NOT VALID"))), "Nothing is signed yet.");
    }
}
