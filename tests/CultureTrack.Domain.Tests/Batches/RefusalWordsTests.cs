using System.Text.Json;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Batches;

/// <summary>Who reads only <c>detail</c> of a refusal can act on it.</summary>
public sealed class RefusalWordsTests
{
    [Fact]
    public void An_empty_text_is_named()
    {
        Messages<QcResultInvalidated>("""{"resultId":"R-1","assignableCause":" ","evidenceRef":"WS-1"}""").ShouldBe(["assignableCause is empty."]);
    }

    [Fact]
    public void A_single_value_where_a_list_is_expected_is_told_to_be_a_list()
    {
        Messages<LabelsPrinted>("""{"containerIds":"C-1","copies":1,"texts":[],"reprint":false}""").ShouldBe(["A list is expected here, in square brackets, also for one item."]);
    }

    private static IEnumerable<string> Messages<T>(string json) where T : EventData
    {
        var findings = new List<Finding>();
        EventReader.Read<T>(JsonDocument.Parse(json).RootElement, "data", findings).ShouldBeNull();
        return findings.Select(f => f.Message);
    }
}
