using System.Globalization;

namespace CultureTrack.Server.Demo;

/// <summary>Shows how far the filling is: one line that is rewritten on a terminal, a line every quarter otherwise.</summary>
internal static class DemoProgress
{
    private const int Width = 40;
    private static int _shownPct = -1;

    public static void Show(double share)
    {
        var pct = (int)(100 * Math.Clamp(share, 0, 1));
        if (pct == _shownPct) return;
        _shownPct = pct;
        if (!Console.IsOutputRedirected) Console.Write($"\r  [{new string('#', pct * Width / 100).PadRight(Width)}] {pct.ToString(CultureInfo.InvariantCulture)} %{(pct == 100 ? "\n" : "")}");
        else if (pct % 25 == 0) Console.WriteLine($"  {pct.ToString(CultureInfo.InvariantCulture)} %");
    }
}
