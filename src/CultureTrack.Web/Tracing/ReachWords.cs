using CultureTrack.Domain.Tracing;

namespace CultureTrack.Web.Tracing;

/// <summary>Reasons in words: a sentence with places for what is shared, and through what.</summary>
public static class ReachWords
{
    public static (string Sentence, object[] Parts) Of(Reach r) => r.Kind switch
    {
        ReachKind.MadeFromIt => ("Made of cells of {0}", [r.Key]),
        ReachKind.MadeInto => ("Gave the cells that {0} is made of", [r.Key]),
        ReachKind.SameSource => ("Made of cells of {0}, as the origin is", [r.Key]),
        ReachKind.SameTissue => ("From the same donation {0}", [r.Key]),
        ReachKind.SameDonor => ("From the same donor {0}", [r.Key]),
        ReachKind.SameShelf => ("On the same shelf {1} of {0} at the same time", [r.Key, r.Via ?? ""]),
        ReachKind.SameCabinet => ("In the same cabinet {0} at the same time", [r.Key]),
        ReachKind.SameIncubator => ("In the same incubator {0} at the same time", [r.Key]),
        ReachKind.SameStorage => ("Stored in {0} at that time", [r.Key]),
        ReachKind.SameLot => ("Used the same lot {0}", [r.Key]),
        ReachKind.SameRoom => ("In the same room {0} at the same time", [r.Key]),
        ReachKind.LotInMedium => ("Used {1}, which contains lot {0}", [r.Key, r.Via ?? ""]),
        _ => ("Handled by {0} on {1}", [r.Key, r.Via ?? ""]),
    };

    public static string English(Reach r)
    {
        var (sentence, parts) = Of(r);
        return string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, parts);
    }

    /// <summary>The kind alone, for filters.</summary>
    public static string Kind(ReachKind kind) => kind switch
    {
        ReachKind.MadeFromIt => "Made of its cells",
        ReachKind.MadeInto => "Gave its cells",
        ReachKind.SameSource => "Same source cells",
        ReachKind.SameTissue => "Same donation",
        ReachKind.SameDonor => "Same donor",
        ReachKind.SameShelf => "Same shelf",
        ReachKind.SameCabinet => "Same cabinet",
        ReachKind.SameIncubator => "Same incubator",
        ReachKind.SameStorage => "Same storage",
        ReachKind.SameLot => "Same lot",
        ReachKind.SameRoom => "Same room",
        ReachKind.LotInMedium => "Lot inside a medium",
        _ => "Same operator",
    };
}
