using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A person is qualified for an event type, a method or <c>Gowning</c>; <c>*</c> = all. The supervisor or QA confirms it.</summary>
public sealed record TrainingRecorded(
    string User, string Qualification, DateTimeOffset From, DateTimeOffset Until, string Assessor, string EvidenceRef) : EventData;

public enum Duty { OnShift, Supervisor, QaOnCall }

/// <summary>Who has a duty, and how to reach them; alarms are escalated along it (4.6).</summary>
public sealed record ShiftRostered(string User, Duty Duty, DateTimeOffset From, DateTimeOffset To, string Contact) : EventData;

public static class TrainingRules
{
    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(30), LookAhead = TimeSpan.FromHours(24);

    public static void Check(TrainingRecorded e, bool known, bool assessorKnown, LabJudgement j)
    {
        j.Require(known, Codes.ValFormat, "user", $"{e.User} is not a known person.");
        j.Require(assessorKnown, Codes.ValFormat, "assessor", $"{e.Assessor} is not a known person.");
        j.Require(PersonRules.IsQualification(e.Qualification), Codes.ValFormat, "qualification", "A qualification names an event type, a method, Gowning, or * for all.");
        j.Require(e.Until > e.From, Codes.ValOrder, "until", "The end lies before the beginning.");
        j.Require(e.Assessor != e.User, Codes.SodAuthor, "assessor", "Nobody assesses the own training.");
        j.FlagIf(e.Until > e.From && e.Until < j.Now + WarnBefore, Flags.OutOfWindow, "until", "more than 30 d ahead", e.Until);
    }

    /// <param name="person">Who shall have the duty; null when unknown.</param>
    /// <param name="shifts">All shifts rostered so far that end after now.</param>
    public static void Check(ShiftRostered e, Actor? person, IReadOnlyList<ShiftRostered> shifts, LabJudgement j)
    {
        j.Require(person is not null, Codes.ValFormat, "user", $"{e.User} is not a known person.");
        j.Require(e.To > e.From, Codes.ValOrder, "to", "The end lies before the beginning.");
        j.Require(person is null || person.RoleFor([RoleFor(e.Duty)]) is not null, Codes.StateGuard, "user", $"{e.Duty} needs the role {RoleFor(e.Duty)}.");
        j.Require(!shifts.Any(s => s.User == e.User && s.From < e.To && e.From < s.To), Codes.ValDuplicate, "from", $"{e.User} has another duty in that time.");
        foreach (var duty in Enum.GetValues<Duty>())
            if (Gap([.. shifts, e], duty, j.Now) is { } from) j.FlagIf(true, Flags.OutOfWindow, duty.ToString(), "a duty without gap for 24 h", from);
    }

    public static string RoleFor(Duty duty) => duty switch
    {
        Duty.OnShift => Roles.Technician,
        Duty.Supervisor => Roles.Supervisor,
        _ => Roles.QualityAssurance,
    };

    /// <summary>The first moment of the next 24 h at which nobody has the duty, or null.</summary>
    public static DateTimeOffset? Gap(IReadOnlyList<ShiftRostered> shifts, Duty duty, DateTimeOffset now)
    {
        var covered = now;
        foreach (var shift in shifts.Where(s => s.Duty == duty && s.To > now).OrderBy(s => s.From))
        {
            if (shift.From > covered) break;
            if (shift.To > covered) covered = shift.To;
        }
        return covered < now + LookAhead ? covered : null;
    }
}
