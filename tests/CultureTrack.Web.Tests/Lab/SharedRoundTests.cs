using CultureTrack.Web.Lab;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Lab;

public sealed class SharedRoundTests
{
    private readonly TaskCompletionSource _mayAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answers;

    private SharedRound<int> Round() => new(Answer, TimeSpan.Zero, TimeProvider.System);

    private async Task<int> Answer()
    {
        var number = Interlocked.Increment(ref _answers);
        _asked.TrySetResult();
        await _mayAnswer.Task;
        return number;
    }

    [Fact]
    public async Task Who_asks_while_an_answer_is_made_gets_a_later_one_shared_with_all_who_do()
    {
        var ct = TestContext.Current.CancellationToken;
        var round = Round();
        var early = round.Ask(ct);
        await _asked.Task.WaitAsync(ct);
        var late = Enumerable.Range(0, 50).Select(_ => round.Ask(ct)).ToList();
        _mayAnswer.SetResult();
        (await early).ShouldBe(1);
        (await Task.WhenAll(late)).ShouldAllBe(answer => answer == 2);
    }

    [Fact]
    public async Task A_failed_answer_fails_for_those_who_asked_for_it_only()
    {
        var ct = TestContext.Current.CancellationToken;
        var fails = true;
        var round = new SharedRound<int>(() => fails ? throw new InvalidOperationException("away") : Task.FromResult(7), TimeSpan.Zero, TimeProvider.System);
        await Should.ThrowAsync<InvalidOperationException>(() => round.Ask(ct));
        fails = false;
        (await round.Ask(ct)).ShouldBe(7);
    }

    [Fact]
    public async Task One_who_leaves_does_not_take_the_answer_from_the_others()
    {
        var ct = TestContext.Current.CancellationToken;
        var round = Round();
        using var leaving = new CancellationTokenSource();
        var (left, stays) = (round.Ask(leaving.Token), round.Ask(ct));
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => left);
        _mayAnswer.SetResult();
        (await stays).ShouldBe(1);
    }
}
