using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Batches;

public sealed record LabelsPrinted(
    IReadOnlyList<string> ContainerIds, int Copies, IReadOnlyList<string> Texts, bool Reprint, string? Reason = null) : EventData;

public sealed record LabelsReconciled(int Printed, int Applied, int Destroyed, int Retained) : EventData;

internal static class LabelRules
{
    public static void Check(LabelsPrinted e, Judgement j) { }
    public static void Check(LabelsReconciled e, Judgement j) { }
}
