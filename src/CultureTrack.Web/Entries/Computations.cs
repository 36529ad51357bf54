using CultureTrack.Domain.Records;
using CultureTrack.Web.Lab;
using CultureTrack.Web.Look;

namespace CultureTrack.Web.Entries;

/// <summary>Computed values of an entry in words and units.</summary>
public static class Computations
{
    public static string Label(string name) => name switch
    {
        "pd" => "Population doublings",
        "cpdl" => "Cumulative doublings (cPDL)",
        "tdHours" => "Doubling time",
        "viable" => "Viable cells",
        "cvPct" => "Spread of counts (CV)",
        "viabilityPct" => "Viability from counts",
        "expiresAt" => "Expires",
        "yieldPerCm2" or "yieldPerMl" => "Yield",
        "depthMlPerCm2" => "Medium depth",
        "splitRatio" => "Split ratio 1 :",
        "recoveryPct" => "Recovered",
        "contractionPct" => "Contraction",
        "mktC" => "Mean kinetic temperature",
        "cpdlFlag" => "cPDL",
        _ => Said.Words(name),
    };

    public static string Text(string name, object? value, SiteContext site) => value switch
    {
        DateTimeOffset at => site.Text(at),
        string s when EventReader.TryInstant(s, out var at) => site.Text(at),
        decimal d => $"{Number(d)} {Unit(name)}".TrimEnd(),
        double d => $"{Number((decimal)d)} {Unit(name)}".TrimEnd(),
        _ => value?.ToString() ?? "–",
    };

    private static string Number(decimal d) => Math.Abs(d) >= 10_000 ? Num.Cells(d) : Num.Plain(d, 2);

    private static string? Unit(string name) => name == "depthMlPerCm2" ? "mL/cm²" : Said.Unit(name);
}
