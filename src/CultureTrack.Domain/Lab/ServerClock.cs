using System.Globalization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A server's clock was changed, or began or ceased to disagree with the database's .</summary>
/// <param name="OldOffsetMs">How far the server's clock was ahead of the other one, in milliseconds.</param>
/// <param name="NewOffsetMs">How far it is ahead now.</param>
/// <param name="Source">The server and the clock it was compared with: <c>lab-server-1/database</c> or <c>lab-server-1/monotonic</c>.</param>
public sealed record ClockChanged(long OldOffsetMs, long NewOffsetMs, string Source) : EventData;

public static class ServerClockRules
{
    /// <summary>The stream of what concerns the installation as a whole.</summary>
    public const string Stream = "installation/clock";

    /// <summary>Clocks that differ by more than this do not agree, and a change by more is recorded.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    public static void Check(ClockChanged e, LabJudgement j)
    {
        var change = Math.Abs(e.NewOffsetMs - e.OldOffsetMs);
        j.FlagIf(change > Tolerance.TotalMilliseconds, Flags.OutOfWindow, "newOffsetMs", string.Create(CultureInfo.InvariantCulture, $"change up to {Tolerance.TotalMilliseconds:0} ms"), change);
    }
}
