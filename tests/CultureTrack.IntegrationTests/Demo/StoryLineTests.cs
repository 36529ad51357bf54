using CultureTrack.Server.Demo;

namespace CultureTrack.IntegrationTests.Demo;

public sealed class StoryLineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly List<string> _happened = [];

    private StoryLine Line() => new(Start, (at, _) =>
    {
        _happened.Add($"clock {at:HH:mm}");
        return Task.CompletedTask;
    });

    [Fact]
    public async Task Stories_take_turns_in_the_order_of_time_and_stop_at_the_present()
    {
        var line = Line();
        await line.Play([() => Story(line, "a", 10, 30, 90), () => Story(line, "b", 20, 30)], () => Start.AddMinutes(60), null, TestContext.Current.CancellationToken);
        _happened.ShouldBe(["clock 08:10", "a 10", "clock 08:20", "b 20", "clock 08:30", "a 30", "clock 08:30", "b 30", "clock 09:00"], ignoreOrder: false);
    }

    [Fact]
    public async Task What_goes_wrong_in_a_story_ends_the_play_with_its_reason()
    {
        var line = Line();
        var play = () => line.Play([() => Story(line, "a", 10, 90), () => Failing(line)], () => Start.AddMinutes(60), null, TestContext.Current.CancellationToken);
        (await play.ShouldThrowAsync<DemoStoryException>()).Message.ShouldBe("refused");
    }

    private async Task Story(StoryLine line, string name, params int[] minutes)
    {
        foreach (var minute in minutes)
        {
            await line.At(Start.AddMinutes(minute));
            _happened.Add($"{name} {minute}");
        }
    }

    private static async Task Failing(StoryLine line)
    {
        await line.At(Start.AddMinutes(20));
        throw new DemoStoryException("refused");
    }
}
