using System.Security.Cryptography;
using System.Text;
using CultureTrack.Grains.Tasks;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace CultureTrack.Web.Api;

/// <summary>Tasks as a calendar that phones and desktops subscribe to (RFC 5545). A task keeps its UID while it stands, so that it moves and is not doubled.</summary>
public static class TaskCalendar
{
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    /// <param name="zone">IANA zone of the site; times themselves are in UTC.</param>
    /// <param name="address">Where the pages are, without a slash at the end.</param>
    public static string Of(IEnumerable<TaskLine> tasks, string site, string zone, DateTimeOffset now, string address)
    {
        var calendar = new Calendar { Method = "PUBLISH", ProductId = "-//CultureTrack//Tasks//EN" };
        calendar.AddProperty("X-WR-CALNAME", $"CultureTrack {site}");
        calendar.AddProperty("X-WR-TIMEZONE", zone);
        calendar.AddProperty("X-PUBLISHED-TTL", "PT15M");
        foreach (var task in tasks) calendar.Events.Add(Event(task, site, now, address));
        return new CalendarSerializer().SerializeToString(calendar) ?? "";
    }

    private static CalendarEvent Event(TaskLine t, string site, DateTimeOffset now, string address)
    {
        var overdue = t.OverdueAt < now;
        var entry = new CalendarEvent
        {
            Uid = $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(t.Id)))[..32]}@culturetrack.{site}",
            DtStamp = Utc(now),
            Start = Utc(t.DueAt),
            End = Utc(t.DueAt + Length),
            Summary = $"{(overdue ? "Overdue: " : "")}{t.Title}{(t.BatchId is null ? "" : $" · {t.BatchId}")}",
            Description = string.Join("\n", new[] { $"For {t.Assignee ?? t.Role}", $"Overdue from {t.OverdueAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC", t.Note }.Where(l => !string.IsNullOrEmpty(l))),
            Location = t.RoomId ?? t.EquipmentId,
            Categories = [t.Row],
            Priority = overdue ? 1 : 5,
            Url = new Uri(address + Entries.WorkLink.To(t)),
        };
        entry.AddProperty("TRANSP", "TRANSPARENT");    // a task does not make its person busy
        return entry;
    }

    private static CalDateTime Utc(DateTimeOffset at) => new(at.UtcDateTime, CalDateTime.UtcTzId);
}
