using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

public sealed class BatchRecordTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static Recorded Feed(int n) => new Stamp("B-1", Start.AddHours(n), Start.AddHours(n), new("tech01", "Léa Martin", [], []), Roles.Technician, "UTC")
        .Record(n % 2 == 0 ? new MediumChanged(["V-1"], "GM-1", 10, 10, FeedKind.Full) : new HoldPlaced($"H-{n}", "Odd colour"), n);

    private static BatchRecord Long(int count) => Enumerable.Range(1, count).Aggregate(BatchRecord.Empty, (r, n) => r.Add(Feed(n)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(300)]
    public void It_keeps_every_event_in_order(int count)
    {
        var record = Long(count);
        record.Count.ShouldBe(count);
        record.Select(e => e.Version).ShouldBe(Enumerable.Range(1, count).Select(n => (long)n));
        record.Of<MediumChanged>().Select(e => e.Version).ShouldBe(Enumerable.Range(1, count).Where(n => n % 2 == 0).Select(n => (long)n));
        record.Last<HoldPlaced>().ShouldBe(record.LastOrDefault(e => e.Body is HoldPlaced));
        foreach (var e in record) record.Find(e.EventId).ShouldBe(e);
        record.Find(Guid.CreateVersion7()).ShouldBeNull();
        Should.Throw<IndexOutOfRangeException>(() => record[count]);
    }

    [Fact]
    public void Two_continuations_of_one_record_know_nothing_of_each_other()
    {
        var common = Long(20);
        var (one, other) = (Feed(21), Feed(22));
        var (first, second, again) = (common.Add(one), common.Add(other), common.Add(one).Add(other));
        common.Count.ShouldBe(20);
        (first[20], first.Count).ShouldBe((one, 21));
        (second[20], second.Count).ShouldBe((other, 21));
        (again[20], again[21]).ShouldBe((one, other));
        first.Of<MediumChanged>().Last().ShouldNotBe(other);
    }

    [Fact]
    public async Task Continuations_made_at_the_same_time_each_end_with_their_own_event()
    {
        var common = Long(20);
        var added = Enumerable.Range(21, 200).Select(Feed).ToList();
        var made = await Task.WhenAll(added.Select(e => Task.Run(() => common.Add(e).Add(e))));
        made.Select(r => r[20]).ShouldBe(added);
        made.Select(r => r[21]).ShouldBe(added);
    }
}
