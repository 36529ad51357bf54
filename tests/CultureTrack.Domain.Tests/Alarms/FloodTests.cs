using CultureTrack.Domain.Alarms;
using CultureTrack.Domain.Telemetry;
using Shouldly;
using Xunit;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Alarms;

/// <summary>Floods, chattering over several alarms of a point, and activations (domain.md 4.6).</summary>
public sealed class FloodTests
{
    private static readonly AlarmPoint Contact = new(AlarmKind.DeviceAlarm, null, "E7"), Other = new(AlarmKind.DeviceAlarm, null, "E8");

    private static DateTimeOffset[] Raises(int count, double minute) => [.. Enumerable.Repeat(Min(minute), count)];

    [Fact]
    public void More_than_ten_alarms_in_ten_minutes_begin_a_flood_that_ends_below_five()
    {
        AlarmQuality.Floods(Raises(10, 0), Min(1)).ShouldBeEmpty();
        AlarmQuality.Floods(Raises(11, 0), Min(1)).ShouldBe([new(Min(0), null, 11)]);
        AlarmQuality.Floods(Raises(11, 0), Min(9.99)).ShouldBe([new(Min(0), null, 11)]);
        AlarmQuality.Floods(Raises(11, 0), Min(10)).ShouldBe([new(Min(0), Min(10), 11)]);
        AlarmQuality.Floods([.. Raises(10, 0), .. Raises(1, 10)], Min(10)).ShouldBeEmpty("the first ten have just left the window");
        AlarmQuality.Floods([.. Raises(11, 0), .. Raises(5, 9)], Min(18.99)).ShouldBe([new(Min(0), null, 16)], "five are left");
        AlarmQuality.Floods([.. Raises(11, 0), .. Raises(4, 9)], Min(10)).ShouldBe([new(Min(0), Min(10), 15)], "four are left");
        AlarmQuality.Floods([.. Raises(11, 0), .. Raises(11, 60)], Min(61)).ShouldBe([new(Min(0), Min(10), 11), new(Min(60), null, 11)]);
        AlarmQuality.Floods(Raises(11, 5), Min(4)).ShouldBeEmpty("they have not come yet");
    }

    [Law(Runs = 30)]
    public void A_flood_is_what_counting_every_window_says_whatever_the_order(int[] seeds)
    {
        // Close together: forty alarms in half an hour are often a flood, and often not.
        var raised = seeds.SelectMany(s => new[] { s, s / 2 + 100 }).Select(s => Min(Math.Abs(s % 1800L) / 60.0)).ToArray();
        var floods = AlarmQuality.Floods(raised, Min(45));
        var was = false;
        for (var second = 0; second <= 2700; second++)
        {
            var now = Min(second / 60.0);
            var recent = raised.Count(t => t <= now && t > now.AddMinutes(-10));
            was = recent > 10 || was && recent >= 5;
            floods.Any(f => f.From <= now && (f.To is null || f.To > now)).ShouldBe(was);
        }
    }

    [Fact]
    public void A_point_that_is_acknowledged_in_between_chatters_all_the_same_and_its_neighbour_does_not()
    {
        var book = AlarmBook.Empty("INC-04");
        for (var second = 0; second < 60; second += 20)
        {
            (book, var changes) = book.Set(new AlarmCondition(Contact, Severity.Action), Min(second / 60.0));
            changes.ShouldHaveSingleItem().Alarm.NuisanceSince.ShouldBe(second == 40 ? Min(second / 60.0) : null);
            (_, book, _) = book.Command(book.Find(Contact)!.AlarmId, new AlarmCommand.Acknowledge(Min((second + 5) / 60.0), "tech01", "Contact", "Looked"));
            (book, _) = book.Set(new AlarmCondition(Contact, null), Min((second + 10) / 60.0));
            book.All.ShouldBeEmpty();
        }
        book.Set(new AlarmCondition(Other, Severity.Action), Min(1)).Changes.ShouldHaveSingleItem().Alarm.NuisanceSince.ShouldBeNull();
        book.Set(new AlarmCondition(Contact, Severity.Action), Min(10)).Changes.ShouldHaveSingleItem().Alarm.Activations.ShouldBe([Min(10)], "what is older than a minute is forgotten");
    }

    [Fact]
    public void Turning_critical_is_no_further_activation_and_a_nuisance_stays_one_until_it_is_normal()
    {
        var book = AlarmBook.Empty("INC-04");
        (book, _) = book.Set(new AlarmCondition(Contact, Severity.Action), Min(0));
        (book, var risen) = book.Set(new AlarmCondition(Contact, Severity.Critical), Min(0.2));
        risen.ShouldHaveSingleItem().Alarm.Activations.ShouldBe([Min(0)]);
        AlarmLine.Of(risen[0], 2, "main", default).IsActivation.ShouldBeFalse();
        foreach (var minute in new[] { 0.3, 0.5 })
        {
            (book, _) = book.Set(new AlarmCondition(Contact, null), Min(minute));
            (book, _) = book.Set(new AlarmCondition(Contact, Severity.Action), Min(minute + 0.1));
        }
        book.Find(Contact)!.NuisanceSince.ShouldBe(Min(0.6));
        (book, _) = book.Set(new AlarmCondition(Contact, null), Min(30));
        (book, _) = book.Set(new AlarmCondition(Contact, Severity.Action), Min(40));
        book.Find(Contact)!.NuisanceSince.ShouldBe(Min(0.6));
    }
}
