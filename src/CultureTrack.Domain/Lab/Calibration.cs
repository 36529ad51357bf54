using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Domain.Lab;

public enum AsFound { Within, Out }

/// <param name="AsFoundError">Reading minus reference before adjustment, in the channel's unit.</param>
public sealed record CalibrationRecorded(
    string Channel, DateTimeOffset PerformedAt, DateTimeOffset DueAt, AsFound AsFound, decimal AsFoundError, string CertificateRef,
    string? EquipmentId = null) : EventData;

public sealed record CabinetUsed(
    string CabinetId, IReadOnlyList<string> BatchIds, DateTimeOffset StartAt, DateTimeOffset EndAt, bool Cleaned, bool AirflowOk) : EventData;

public static class CalibrationRules
{
    private const int UsualMonths = 12;

    /// <summary>Longest interval between two calibrations (4.3.11), in months.</summary>
    public static int LongestMonths(string profile, string channel) =>
        EquipmentProfiles.Find(profile)?.Find(channel)?.CalibrationMonths is { } months and > 0 ? months : UsualMonths;

    public static void CheckChannel(string profile, EquipmentChannel c, string field, LabJudgement j)
    {
        j.Require(c.Channel.Length <= 64 && c.Channel.All(x => char.IsAsciiLetterOrDigit(x) || x is '_' or '-' or '.'), Codes.ValFormat, $"{field}.channel",
            "A channel is named with letters, digits, dots, hyphens or underscores.");
        j.Above($"{field}.resolution", c.Resolution, 0);
        j.Require(c.CalibratedAt <= j.Now, Codes.ValFuture, $"{field}.calibratedAt", "The calibration lies in the future.");
        CheckDue(LongestMonths(profile, c.Channel), c.CalibratedAt, c.DueAt, $"{field}.dueAt", j);
    }

    public static void Check(CalibrationRecorded e, Equipment equipment, LabJudgement j)
    {
        j.Require(e.EquipmentId is null || e.EquipmentId == equipment.EquipmentId, Codes.ValFormat, "equipmentId", $"This is {equipment.EquipmentId}.");
        j.Require(equipment.Channels.Any(c => c.Channel == e.Channel), Codes.ValFormat, "channel", $"{equipment.EquipmentId} has no channel {e.Channel} in the register.");
        j.Require(e.PerformedAt <= j.Now.AddSeconds(5), Codes.ValFuture, "performedAt", "performedAt lies in the future.");
        CheckDue(LongestMonths(equipment.Profile, e.Channel), e.PerformedAt, e.DueAt, "dueAt", j);
        j.FlagIf(e.AsFound == AsFound.Out, Flags.OutOfWindow, "asFound", "Within", e.AsFoundError);
    }

    /// <summary>The latest calibration of the channel counts; one recorded late for an earlier day changes nothing now.</summary>
    public static Equipment Apply(Equipment equipment, CalibrationRecorded e)
    {
        var i = equipment.Channels.FindIndex(c => c.Channel == e.Channel);
        if (i < 0 || equipment.Channels[i].CalibratedAt > e.PerformedAt) return equipment;
        var was = equipment.Channels[i];
        return equipment with
        {
            Channels = equipment.Channels.SetItem(i, was with
            {
                CalibratedAt = e.PerformedAt,
                DueAt = e.DueAt,
                AsFound = e.AsFound,
                LastGoodAt = e.AsFound == AsFound.Out ? was.LastGoodAt ?? was.CalibratedAt : e.PerformedAt,
            }),
        };
    }

    /// <param name="others">Uses of the same cabinet that overlap in time.</param>
    public static void Check(CabinetUsed e, IEnumerable<CabinetUsed> others, LabJudgement j)
    {
        j.Require(e.EndAt > e.StartAt, Codes.ValOrder, "endAt", "The end lies before the start.");
        j.Require(e.AirflowOk, Codes.StateGuard, "airflowOk", "A cabinet whose airflow is not right is not used.");
        j.Require(!others.Any(o => o.StartAt < e.EndAt && e.StartAt < o.EndAt && !o.BatchIds.SequenceEqual(e.BatchIds)), Codes.StateGuard, "startAt",
            "Another batch was in this cabinet at that time.");
        j.FlagIf(!e.Cleaned, Flags.NotReleased, "cleaned", "true", false);
    }

    private static void CheckDue(int months, DateTimeOffset performedAt, DateTimeOffset dueAt, string field, LabJudgement j)
    {
        if (!j.Require(dueAt > performedAt, Codes.ValOrder, field, "The due date lies before the calibration.")) return;
        j.Require(dueAt <= performedAt.AddMonths(months), Codes.ValRange, field, $"It is calibrated again after {months} months at the latest.");
    }
}
