using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Calculations;
using CultureTrack.Domain.Records;

namespace CultureTrack.Web.Entries;

/// <summary>A whole label scanned into the field of the donation number: taken apart into the fields it is about.</summary>
internal static class DonationScan
{
    private const int BareNumber = 13;

    /// <summary>Null when there was nothing to take apart, or it is done; else what is wrong with the label.</summary>
    public static Finding? Take(EntryForm form, string eventType)
    {
        if (eventType != nameof(TissueReceived) || form.Get("din").Trim() is not { Length: > BareNumber } scanned || !TissueLabels.IsMeant(scanned)) return null;
        var (label, problem) = TissueLabels.Read(scanned);
        if (label is null) return new(Codes.ValFormat, "data.din", problem!);
        form.Set("din", label.Din);
        if (label.Flag is { } flag) form.Set("dinFlag", flag);
        form.Set("dinCheck", label.Check.ToString());
        if (label.Code is { } code) form.Set("sec", code.ToString());
        return null;
    }
}
