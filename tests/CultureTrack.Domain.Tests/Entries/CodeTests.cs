using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Entries;

/// <summary>The order in which refusals answer (domain.md 2.6).</summary>
public sealed class CodeTests
{
    private static readonly string[] InOrder =
    [
        Codes.AuthCredentials, Codes.SodRole, Codes.Concurrency, Codes.ValBody, Codes.ValRequired, Codes.ValFormat, Codes.ValUnit, Codes.ValRange, Codes.ValDuplicate, Codes.ValFuture, Codes.ValLate,
        Codes.ValOrder, Codes.ValReason, Codes.ValDin, Codes.ValLot, Codes.ValSpec, Codes.ValSterEarly, Codes.ValComment, Codes.StateTransition, Codes.StatePhase, Codes.StateHold, Codes.StateGuard,
        Codes.SodVerifier, Codes.SodDisposer, Codes.SigPassword, Codes.RelCondNotAllowed, Codes.RelBlocked,
    ];

    [Fact]
    public void Groups_answer_in_their_order_and_within_values_the_comment_last() => InOrder.Select(Codes.Rank).ShouldBeInOrder();

    [Fact]
    public void Every_code_has_a_rank_of_its_own_and_what_is_none_has_none()
    {
        var all = typeof(Codes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).ToList();
        all.Select(Codes.Rank).Distinct().Count().ShouldBe(all.Count);
        all.Select(Codes.Rank).Order().ShouldBe(Enumerable.Range(0, all.Count));
        Should.Throw<ArgumentException>(() => Codes.Rank("VAL-NOTHING"));
    }

    [Theory]
    [InlineData(Codes.AuthLocked, 0)]
    [InlineData(Codes.NotFound, 0)]
    [InlineData(Codes.SodRole, 1)]
    [InlineData(Codes.Concurrency, 2)]
    [InlineData(Codes.ValComment, 3)]
    [InlineData(Codes.StateGuard, 4)]
    [InlineData(Codes.SodVerifier, 5)]
    [InlineData(Codes.SigPassword, 6)]
    [InlineData(Codes.RelBlocked, 7)]
    [InlineData(Codes.Rate, 8)]
    [InlineData(Codes.Clock, 8)]
    public void Findings_of_one_group_answer_together(string code, int group) => Codes.Group(code).ShouldBe(group);
}
