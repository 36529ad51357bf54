namespace CultureTrack.Web.Look;

/// <summary>The conditions a channel, an alarm or an incubator can be in on screen, from harmless to worst.</summary>
public static class Conditions
{
    public const string Ok = "ok", Off = "off", Alert = "alert", Stale = "stale", Action = "action", Critical = "critical";

    private static readonly string[] FromBestToWorst = [Ok, Off, Alert, Stale, Action, Critical];

    public static string Word(string state) => state switch
    {
        Ok => "In limits",
        Alert => "Alert",
        Action => "Action",
        Critical => "Critical",
        Stale => "No data",
        Off => "Out of service",
        _ => state,
    };

    public static int Rank(string state) => Array.IndexOf(FromBestToWorst, state);

    public static string Worst(IEnumerable<string> states) => states.Append(Ok).MaxBy(Rank)!;

    /// <summary>How an alarm looks: by severity while somebody has to act, quiet once it is back to normal and seen.</summary>
    public static string OfAlarm(string severity, string state) => state switch
    {
        "Normal" => Ok,
        // Back to normal by itself: somebody still has to look, nothing has to be saved any more.
        "RtnUnack" => Alert,
        "Shelved" or "Suppressed" or "OutOfService" => Off,
        _ => severity is "critical" or "Critical" ? Critical : severity is "alert" or "Alert" ? Alert : Action,
    };
}
