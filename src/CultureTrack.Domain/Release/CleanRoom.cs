using System.Globalization;
using CultureTrack.Domain.Batches;

namespace CultureTrack.Domain.Release;

/// <summary>Particles of the clean-room session in which the product was filled (C-11; grade A, EudraLex Vol 4 Annex 1).</summary>
internal static class CleanRoom
{
    private const decimal Most05PerM3 = 3520m, Most50PerM3 = 29m;

    public static ProcessValue Particles(BatchEvaluation e)
    {
        if (ProcessRecord.Fill(e.State) is not { } fill) return ProcessRecord.NoFill(e.State) with { Part = "particles" };
        var sessions = e.Facts.EmSessions.Where(s => s.StartAt <= fill.OccurredAt && !(s.EndAt < fill.OccurredAt)).ToList();
        if (sessions.Count == 0) return ProcessValue.Missing("No clean-room session covers the fill.", "particles", fill.EventId);
        if (sessions.FirstOrDefault(s => s.EndAt is null || s.EndAt > e.At) is { } open)
            return ProcessValue.Missing($"Session {open.SessionId} is not closed yet.", "particles", fill.EventId);
        var worst05 = sessions.Max(s => s.Particles05PerM3 ?? decimal.MaxValue);
        var worst50 = sessions.Max(s => s.Particles50PerM3 ?? decimal.MaxValue);
        var observed = string.Create(CultureInfo.InvariantCulture, $"{worst05:0.##} and {worst50:0.##} /m³");
        var met = worst05 <= Most05PerM3 && worst50 <= Most50PerM3;
        return ProcessValue.Met(met, observed, met ? "Particles were within grade A." : "Particles were above grade A.",
            [.. Grounds.Counted(e.State, fill), .. sessions.Select(s => s.ClosedEventId).OfType<Guid>()], "particles");
    }
}
