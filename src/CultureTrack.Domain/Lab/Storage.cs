using System.Globalization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>One level of a store: racks, boxes, wells.</summary>
/// <param name="Name">As people call it: rack, box, well, shelf, canister, cane, slot.</param>
/// <param name="From">First id, such as <c>R1</c>, <c>B01</c> or <c>A01</c>.</param>
/// <param name="To">Last id; letters and number both count, so A01 to H12 are 96.</param>
public sealed record StorageLevel(string Name, string From, string To);

/// <summary>How a freezer, LN2 vessel or refrigerator is divided (4.7): positions are its id and one id of each level.</summary>
public sealed record StorageLayoutDefined(IReadOnlyList<StorageLevel> Levels) : EventData;

/// <summary>One point of a walk-round.</summary>
public sealed record WalkRoundItem(string Item, bool Ok, string? Note = null);

/// <summary>Somebody went to the equipment and looked (D-23).</summary>
/// <param name="ShownTemperatureC">On its own display, °C.</param>
/// <param name="ShownLevelPct">LN2 level on its own gauge, %.</param>
public sealed record WalkRoundDone(IReadOnlyList<WalkRoundItem> Items, decimal? ShownTemperatureC = null, decimal? ShownLevelPct = null, string? EquipmentId = null) : EventData;

/// <summary>Positions of a store in the order people count them.</summary>
public sealed record StorageLayout(IReadOnlyList<StorageLevel> Levels)
{
    public const int MostPositions = 100_000;

    /// <summary>Ids of one level, first to last; empty when its ends do not fit together.</summary>
    public static IReadOnlyList<string> Ids(StorageLevel level)
    {
        var (from, to) = (Split(level.From), Split(level.To));
        if (from is not { } f || to is not { } t || f.Letters.Length != t.Letters.Length || f.Digits != t.Digits || t.Number < f.Number) return [];
        var letters = Letters(f.Letters, t.Letters).ToList();
        if ((long)letters.Count * (t.Number - f.Number + 1) > MostPositions) return [];
        return [.. letters.SelectMany(l => Enumerable.Range(f.Number, t.Number - f.Number + 1).Select(n => l + n.ToString("D" + f.Digits, CultureInfo.InvariantCulture)))];
    }

    public long Count => Levels.Aggregate(1L, (n, l) => n * Ids(l).Count);

    /// <summary>The parts of a position below its equipment, or null when it is none of this layout.</summary>
    public IReadOnlyList<string>? Parts(string equipmentId, string position)
    {
        if (!position.StartsWith(equipmentId + "/", StringComparison.Ordinal)) return null;
        var parts = position[(equipmentId.Length + 1)..].Split('/');
        return parts.Length == Levels.Count && parts.Zip(Levels).All(p => Ids(p.Second).Contains(p.First)) ? parts : null;
    }

    /// <summary>Every position in order.</summary>
    public IEnumerable<string> Positions(string equipmentId)
    {
        IEnumerable<string> all = [equipmentId];
        foreach (var level in Levels)
        {
            var ids = Ids(level);
            all = all.SelectMany(p => ids.Select(id => $"{p}/{id}"));
        }
        return all;
    }

    /// <summary>What stores of a profile mostly look like; proposals come from it until the site's own layout is given.</summary>
    public static StorageLayout? Usual(string profile) => profile switch
    {
        "F-80" => new([new("rack", "R1", "R4"), new("box", "B01", "B10"), new("well", "A01", "H12")]),
        "LN2-V" => new([new("rack", "R1", "R6"), new("box", "B01", "B10"), new("well", "A01", "J10")]),
        "F-20" or "R-5" => new([new("shelf", "S1", "S5"), new("box", "B01", "B20")]),
        _ => null,
    };

    private static IEnumerable<string> Letters(string from, string to)
    {
        if (from == to) return [from];
        // Only a single letter runs; R1 to S4 would be racks of two kinds.
        return from.Length == 1 && to[0] > from[0] ? Enumerable.Range(from[0], to[0] - from[0] + 1).Select(c => ((char)c).ToString()) : [];
    }

    private static (string Letters, int Number, int Digits)? Split(string id)
    {
        var letters = new string([.. id.TakeWhile(char.IsAsciiLetterUpper)]);
        var digits = id[letters.Length..];
        return digits.Length is > 0 and <= 4 && digits.All(char.IsAsciiDigit) && id.Length <= 8
            ? (letters, int.Parse(digits, CultureInfo.InvariantCulture), digits.Length) : null;
    }
}

public static class StorageRules
{
    private const int MostLevels = 3, LeastLevels = 2;

    /// <summary>What is looked at on a walk-round unless the site has its own list.</summary>
    public static IReadOnlyList<string> Checklist(EquipmentKind kind) => kind switch
    {
        EquipmentKind.LN2 => ["Display agrees with the log", "Level above the mark", "Lid closed, no unusual frost", "Oxygen alarm of the room working", "Nothing left outside"],
        EquipmentKind.Freezer => ["Display agrees with the log", "Door closed, seal clean", "No unusual ice", "No alarm on the device", "Nothing left outside"],
        _ => ["Display agrees with the log", "Door closed, seal clean", "No water inside", "No alarm on the device", "Nothing left outside"],
    };

    public static bool Stores(EquipmentKind kind) => kind is EquipmentKind.Freezer or EquipmentKind.LN2 or EquipmentKind.Refrigerator;

    /// <param name="occupied">Positions with a container in them; a layout that has no room for them is none.</param>
    public static void Check(StorageLayoutDefined e, Equipment equipment, IEnumerable<string> occupied, LabJudgement j)
    {
        j.Require(e.Levels.Count is >= LeastLevels and <= MostLevels, Codes.ValFormat, "levels", "A store has two or three levels, such as rack, box and well.");
        for (var i = 0; i < e.Levels.Count; i++)
            j.Require(StorageLayout.Ids(e.Levels[i]).Count > 0, Codes.ValFormat, $"levels[{i}]", $"{e.Levels[i].From} to {e.Levels[i].To} is no run of ids, such as R1 to R4 or A01 to H12.");
        if (j.Findings.Count > 0) return;
        var layout = new StorageLayout(e.Levels);
        var most = equipment.Positions ?? StorageLayout.MostPositions;
        j.Require(layout.Count <= most, Codes.ValRange, "levels", $"{layout.Count} positions; {equipment.EquipmentId} has {most} at most.");
        j.Require(Stores(equipment.Kind), Codes.StateGuard, "levels", $"{equipment.EquipmentId} stores no containers.");
        var lost = occupied.Where(p => layout.Parts(equipment.EquipmentId, p) is null).Take(3).ToList();
        j.Require(lost.Count == 0, Codes.StateGuard, "levels", $"Containers are in positions this layout does not have: {string.Join(", ", lost)}.");
    }

    public static void Check(WalkRoundDone e, Equipment equipment, LabJudgement j)
    {
        j.Require(e.EquipmentId is null || e.EquipmentId == equipment.EquipmentId, Codes.ValFormat, "equipmentId", $"This is {equipment.EquipmentId}.");
        j.Require(e.Items.Count > 0, Codes.ValRequired, "items", "Name what was looked at.");
        for (var i = 0; i < e.Items.Count; i++)
        {
            j.Text($"items[{i}].item", e.Items[i].Item, 200);
            j.Require(e.Items[i].Ok || !string.IsNullOrWhiteSpace(e.Items[i].Note), Codes.ValRequired, $"items[{i}].note", "Say what was not in order.");
        }
        j.Require(e.ShownLevelPct is null or (>= 0 and <= 100), Codes.ValRange, "shownLevelPct", "0 to 100 %.");
        j.Require(e.ShownTemperatureC is null or (>= -210 and <= 100), Codes.ValRange, "shownTemperatureC", "−210 to 100 °C.");
        j.Require(Stores(equipment.Kind), Codes.StateGuard, "equipmentId", $"{equipment.EquipmentId} has no walk-round.");
    }
}
