using System.Text.RegularExpressions;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public enum CoiPoint { Receipt, Seeding, Passage, Harvest, Fill, Label, Ship, Administration }

/// <param name="Sec">Single European Code of the tissue, where its label carries one; identifies the starting material for ever.</param>
public sealed record TissueReceived(
    TissueKind Tissue, string Din, string DinFlag, string DinCheck, decimal Quantity, TissueUnit QuantityUnit, DateTimeOffset ProcuredAt,
    DateTimeOffset ReceivedAt, decimal TransitMinC, decimal TransitMaxC, bool ContainerIntact, IReadOnlyList<string> Coi, int CoiMatches,
    string? Sec = null) : EventData;

public sealed record TissueAccepted : EventData;

public sealed record TissueRefused(string Reason) : EventData;

public sealed record CoiMismatchRecorded(
    CoiPoint Point, IReadOnlyList<string> ExpectedIds, IReadOnlyList<string> ScannedIds, bool CaughtBeforeUse) : EventData;

internal static partial class ReceiptRules
{
    private const int LongestTransitHours = 168;

    [GeneratedRegex("^[A-Z0-9]{13}$")]
    private static partial Regex DinPattern();

    /// <summary>What is expected of a tissue (2.4): its unit, the most that is plausible, and the window of amount, hours and °C.</summary>
    private sealed record Expectation(TissueUnit Unit, decimal Most, decimal? Low, decimal? High, int? Hours, decimal? MinC, decimal? MaxC);

    private static Expectation Expected(TissueKind tissue) => tissue switch
    {
        TissueKind.Skin => new(TissueUnit.cm2, 500, 1, 40, 48, 2, 8),
        TissueKind.Lipoaspirate => new(TissueUnit.mL, 5000, 20, 1000, 24, 2, 25),
        TissueKind.Marrow => new(TissueUnit.mL, 500, 5, 150, 24, 2, 25),
        _ => new(TissueUnit.vial, 500, null, null, null, null, null),
    };

    public static void Check(TissueReceived e, Judgement j)
    {
        if (j.Require(DinPattern().IsMatch(e.Din), Codes.ValFormat, Judgement.Data("din"), "A DIN has 13 characters 0–9 and A–Z."))
            j.Require(DonationNumber.IsValid(e.Din, e.DinCheck), Codes.ValDin, Judgement.Data("dinCheck"),
                $"{e.DinCheck} is not the check character of {e.Din}.");
        j.Require(e.DinFlag.Length == 2, Codes.ValFormat, Judgement.Data("dinFlag"), "The flag has 2 characters.");
        j.Require(e.ReceivedAt <= j.Now.AddSeconds(5), Codes.ValFuture, Judgement.Data("receivedAt"), "receivedAt lies in the future.");
        j.Range("coiMatches", e.CoiMatches, 2, null);
        CheckCode(e, j);

        if (j.State.HasStarted)
            j.Guard(j.Product.Tissues.Contains(e.Tissue), "tissue", $"{j.Product.Name} is not made from {e.Tissue}; was the right batch scanned?");
        var expected = Expected(e.Tissue);
        j.Require(e.QuantityUnit == expected.Unit, Codes.ValUnit, Judgement.Data("quantityUnit"), $"{e.Tissue} is measured in {expected.Unit}.");
        if (j.Above("quantity", e.Quantity, 0, expected.Most)) j.Window("quantity", e.Quantity, expected.Low, expected.High);

        var hours = (e.ReceivedAt - e.ProcuredAt).TotalHours;
        if (j.Require(hours >= 0, Codes.ValOrder, Judgement.Data("receivedAt"), "Received before it was taken.")
            && j.Require(hours <= LongestTransitHours, Codes.ValRange, Judgement.Data("receivedAt"), $"More than {LongestTransitHours} h after it was taken."))
            j.ComputedWindow("receivedAt", hours, null, expected.Hours, 0, Flags.Transport);

        var coldest = e.Tissue == TissueKind.BankVial ? -200 : -20;
        j.Range("transitMinC", e.TransitMinC, coldest, 50);
        j.Range("transitMaxC", e.TransitMaxC, coldest, 50);
        j.Require(e.TransitMinC <= e.TransitMaxC, Codes.ValRange, Judgement.Data("transitMaxC"), "The highest temperature is below the lowest.");
        j.Window("transitMinC", e.TransitMinC, expected.MinC, expected.MaxC, Flags.Transport);
        j.Window("transitMaxC", e.TransitMaxC, expected.MinC, expected.MaxC, Flags.Transport);
        j.FlagIf(!e.ContainerIntact, Flags.Transport, "containerIntact", "true", false);
    }

    private static void CheckCode(TissueReceived e, Judgement j)
    {
        if (e.Sec is not { } sec) return;
        var (label, problem) = TissueLabels.Read(sec);
        if (!j.Require(label?.Code is not null, Codes.ValFormat, Judgement.Data("sec"), problem ?? $"A Single European Code has {SingleEuropeanCode.Length} characters.")) return;
        j.Require(label!.Din == e.Din, Codes.ValDin, Judgement.Data("sec"), $"The code is of donation {label.Din}, not of {e.Din}.");
        var day = DateOnly.FromDateTime(SiteTime.Local(j.State.Zone, e.ReceivedAt).Date);
        j.FlagIf(label.Code!.ExpiresOn < day, Flags.OutOfWindow, "sec", "in date", label.Code.ExpiresOn is { } expiry ? expiry.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    public static void Check(TissueAccepted e, Judgement j)
    {
        if (j.StepIsLegal) j.Guard(j.State.Last<TissueAccepted>() is null, "", "The tissue has been accepted already.");
    }

    public static void Check(TissueRefused e, Judgement j) { }

    public static void Check(CoiMismatchRecorded e, Judgement j) =>
        j.Flag(Flags.Unreconciled, "scannedIds", string.Join(", ", e.ExpectedIds), string.Join(", ", e.ScannedIds));

    /// <summary>Receipts with a flag are decided by QA.</summary>
    public static bool WasFlagged(BatchState state) => state.Last<TissueReceived>() is { Flags.Count: > 0 };
}
