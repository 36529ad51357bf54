using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A program elsewhere is to be told what happens. Its secret stands nowhere in the record.</summary>
public sealed record WebhookRegistered(string Url, IReadOnlyList<string> Events, string? Name = null) : EventData;

public sealed record WebhookDisabled(string Reason) : EventData;
public sealed record WebhookEnabled(string Reason) : EventData;

public static class WebhookRules
{
    public const int ShortestSecret = 16, LongestSecret = 256, LongestUrl = 2000;

    /// <summary>First parts of kinds that are told.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["alarm", "batch", "capa", "deviation", "register", "task"];

    public static string Stream(string webhookId) => $"webhook/{webhookId}";

    public static void Check(WebhookRegistered e, string? secret, LabJudgement j)
    {
        var good = Uri.TryCreate(e.Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && e.Url.Length <= LongestUrl;
        j.Require(good, Codes.ValFormat, "url", "An http or https address without user name and password is expected.");
        j.Require(e.Events.Count > 0, Codes.ValRequired, "events", "Name what it is told, or * for everything.");
        for (var i = 0; i < e.Events.Count; i++)
            j.Require(e.Events[i] == "*" || Kinds.Contains(e.Events[i].Split('.')[0]), Codes.ValFormat, $"events[{i}]", $"Kinds begin with {string.Join(", ", Kinds)}; * is all of them.");
        j.Require(secret is null or { Length: >= ShortestSecret and <= LongestSecret }, Codes.ValFormat, "secret", $"{ShortestSecret} to {LongestSecret} characters; left out, one is made.");
        j.Require(e.Name is null or { Length: <= 100 }, Codes.ValFormat, "name", "At most 100 characters.");
    }

    public static void CheckReason(EventData data, LabJudgement j)
    {
        if (data is WebhookDisabled d) LabDecider.RequireReason(j, d.Reason);
        if (data is WebhookEnabled o) LabDecider.RequireReason(j, o.Reason);
    }
}
