using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;

namespace CultureTrack.Web.Batches;

public enum StepPlace { Done, Now, Ahead }

/// <summary>The way of a batch from receipt to release as a line of stops, for the header of its page.</summary>
public static class PhaseLine
{
    // Steps a batch may never take; shown only once it has.
    private static readonly HashSet<string> Optional = [Phases.Freeze, Phases.Thaw, Phases.Lyophilise, Phases.Concentrate, Phases.P1];

    public static IReadOnlyList<(string Step, StepPlace Place)> Of(BatchState state)
    {
        var making = Path(state);
        var stops = new List<string> { "Receipt" };
        stops.AddRange(making);
        stops.AddRange(["Review", state.State is LifeState.Rejected or LifeState.Terminated or LifeState.ReleaseRevoked or LifeState.Discarded ? Word(state.State) : "Release"]);
        var now = Now(state, making);
        return [.. stops.Select((s, i) => (s, i < now ? StepPlace.Done : i == now ? StepPlace.Now : StepPlace.Ahead))];
    }

    private static string Word(LifeState state) => state == LifeState.ReleaseRevoked ? "Revoked" : state.ToString();

    private static int Now(BatchState state, List<string> making) => state.State switch
    {
        LifeState.None or LifeState.Planned or LifeState.Quarantined => 0,
        LifeState.PendingDisposition => making.Count + 1,
        LifeState.ConditionallyReleased => making.Count + 2,
        LifeState.Released or LifeState.ReleasedExceptional or LifeState.Closed or LifeState.Rejected or LifeState.ReleaseRevoked or LifeState.Discarded => making.Count + 3,
        _ => 1 + Math.Max(0, making.IndexOf(state.Phase ?? "")),
    };

    // The register gives a graph; its longest simple walk in the order of the file is the line people draw on the whiteboard.
    private static List<string> Path(BatchState state)
    {
        if (state.Definition is not { } product) return state.Phase is { } only ? [only] : [];
        var taken = state.Phase;
        var order = product.Path.Keys.Where(k => k.Length > 0).ToList();
        return [.. order.Where(p => !Optional.Contains(p) || p == taken)];
    }
}
