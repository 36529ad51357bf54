using System.Globalization;
using CultureTrack.Domain.Records;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CultureTrack.Web.Api;

/// <summary>Reads query parameters and headers; what cannot be read becomes a finding.</summary>
public sealed class Query(HttpContext context)
{
    private const int DefaultPageSize = 100, LargestPageSize = 1000;
    private readonly List<Finding> _findings = [];

    public IReadOnlyList<Finding> Findings => _findings;
    public bool IsGood => _findings.Count == 0;

    /// <summary>Refuses what can be read but not asked.</summary>
    public void Refuse(string code, string name, string message) => _findings.Add(new(code, name, message));

    public IResult Refused() => Problem.Of(_findings);

    public string? Text(string name) => context.Request.Query.TryGetValue(name, out var values) && values is [{ Length: > 0 } text, ..] ? text : null;

    // Room for every calculation around a time that anybody can mean.
    private const int YearMin = 1900, YearMax = 2200;

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text) return null;
        // A plus sign that was not escaped arrives as a blank.
        if (EventReader.TryInstant(text.Replace(' ', '+'), out var at) && at.Year is >= YearMin and <= YearMax) return at;
        _findings.Add(new(Codes.ValFormat, name, "An ISO 8601 instant with offset is expected, such as 2026-03-02T09:40:00Z."));
        return null;
    }

    public decimal? Number(string name)
    {
        if (Text(name) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        _findings.Add(new(Codes.ValFormat, name, "A number is expected."));
        return null;
    }

    public int Whole(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text) return otherwise;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) _findings.Add(new(Codes.ValFormat, name, "A whole number is expected."));
        else if (number < least || number > most) _findings.Add(new(Codes.ValRange, name, $"{least} to {most} is possible."));
        else return number;
        return otherwise;
    }

    public bool Flag(string name)
    {
        if (Text(name) is not { } text) return false;
        if (bool.TryParse(text, out var value)) return value;
        _findings.Add(new(Codes.ValFormat, name, "true or false is expected."));
        return false;
    }

    public T? Name<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } text) return null;
        if (Enum.GetNames<T>().Contains(text)) return Enum.Parse<T>(text);
        _findings.Add(new(Codes.ValFormat, name, $"One of {string.Join(", ", Enum.GetNames<T>())} is expected."));
        return null;
    }

    public (int Page, int PageSize) Paging() => (Whole("page", 1, 1, int.MaxValue / LargestPageSize), Whole("pageSize", DefaultPageSize, 1, LargestPageSize));

    /// <summary>The version of <c>If-Match: "12"</c>; null when the header is absent or <c>*</c>.</summary>
    public long? IfMatch()
    {
        var header = context.Request.Headers.IfMatch.ToString();
        if (header.Length == 0 || header == "*") return null;
        if (EntityTagHeaderValue.TryParse(header, out var tag) && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return version;
        _findings.Add(new(Codes.ValFormat, "If-Match", "If-Match holds the version in quotes, as ETag gave it."));
        return null;
    }

    /// <summary>A whole list as one page of it.</summary>
    public IResult Page<T>(IReadOnlyCollection<T> all)
    {
        var (page, size) = Paging();
        return IsGood ? Answer.Ok(new Page<T>([.. all.Skip((page - 1) * size).Take(size)], page, size, all.Count)) : Refused();
    }
}
