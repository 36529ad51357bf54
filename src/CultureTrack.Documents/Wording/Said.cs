using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace CultureTrack.Documents.Wording;

/// <summary>Names of the domain as words: <c>PassagePerformed</c> → Passage performed, <c>viabilityPct</c> → Viability.</summary>
public static partial class Said
{
    private static readonly (string Suffix, string Unit)[] Units =
    [
        ("UPerMl", "U/mL"), ("PerCm2", "/cm²"), ("PerMl", "/mL"), ("PerM3", "/m³"), ("PerMinC", "°C/min"), ("Cm2", "cm²"), ("Pct", "%"), ("Ml", "mL"), ("Mm", "mm"), ("Min", "min"),
        ("Hours", "h"), ("Kg", "kg"), ("Gy", "Gy"), ("M2", "m²"),
    ];

    // Names that would read oddly when only taken apart.
    private static readonly FrozenDictionary<string, string> Special = new Dictionary<string, string>
    {
        ["CellCounted"] = "Cells counted",
        ["SheetDetached"] = "Sheets detached",
        ["SheetMounted"] = "Sheets mounted",
        ["SerumFreeWashDone"] = "Serum-free wash done",
        ["AirLiftStarted"] = "Air lift started",
        ["AirLiftEnded"] = "Air lift ended",
        ["Clarified"] = "Medium clarified",
        ["Concentrated"] = "Medium concentrated",
        ["SterileFiltered"] = "Medium sterile filtered",
        ["Lyophilised"] = "Product freeze-dried",
        ["VesselDiscarded"] = "Vessels discarded",
        ["SubLotSplit"] = "Sub-lot split",
        ["CoiMismatchRecorded"] = "Identity mismatch recorded",
        ["Msc"] = "MSC",
        ["Oos"] = "OOS",
        ["CfuF"] = "CFU-F",
        ["Qc"] = "QC",
        ["QaOnCall"] = "QA on call",
        ["coi"] = "Identifiers scanned",
        ["cv"] = "CV",
        ["pd"] = "PD",
        ["cpdl"] = "cPDL",
        ["cpdlFlag"] = "cPDL flag",
        ["din"] = "DIN",
        ["dinFlag"] = "DIN flag",
        ["dinCheck"] = "DIN check",
        ["coiMatches"] = "Identifiers matching",
        ["ph"] = "pH",
        ["BsaM2"] = "Body surface",
        ["bsaM2"] = "Body surface",
        ["tbsaPct"] = "Burned surface",
        ["lod"] = "Detection limit",
        ["PASS"] = "Pass",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Words of a name in sentence case; the unit at its end is left out.</summary>
    public static string Words(string name)
    {
        if (Special.TryGetValue(name, out var special)) return special;
        var (stem, _) = Split(name);
        var text = Break().Replace(stem, " $1").Trim();
        var said = new StringBuilder();
        foreach (var word in text.Split(' '))
            said.Append(said.Length == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : ' ' + (word.Length > 1 && word.All(char.IsUpper) ? word : word.ToLowerInvariant()));
        return said.ToString().Replace("Qc ", "QC ", StringComparison.Ordinal).Replace("Oos ", "OOS ", StringComparison.Ordinal).Replace(" ids", "s", StringComparison.Ordinal).Replace(" id", "", StringComparison.Ordinal);
    }

    public static string? Unit(string name) => Split(name).Unit ?? (name.EndsWith('C') && name.Length > 1 && char.IsLower(name[^2]) ? "°C" : null);

    private static (string Stem, string? Unit) Split(string name)
    {
        foreach (var (suffix, unit) in Units)
            if (name.EndsWith(suffix, StringComparison.Ordinal) && name.Length > suffix.Length) return (name[..^suffix.Length], unit);
        return name.Length > 2 && name[^1] == 'C' && char.IsLower(name[^2]) ? (name[..^1], "°C") : (name, null);
    }

    [GeneratedRegex("(?<=[a-z0-9])([A-Z])|(?<=[A-Z])([A-Z])(?=[a-z])")]
    private static partial Regex Break();
}
