using CultureTrack.Domain.Telemetry;
using FsCheck;
using FsCheck.Fluent;
using static CultureTrack.Domain.Tests.Telemetry.Feed;

namespace CultureTrack.Domain.Tests.Telemetry;

/// <summary>
/// Twenty hours of three incubators and the cultures in them. The readings: heat, cold, dry air, lost gas, doors, gaps, bad quality, unknown times, impossible
/// values, conflicts, sensors that stand still. The cultures: moved, passaged one to many, pooled, discarded. All at whole minutes, so that half minutes are
/// the finest thing there is (a reading covers at most two and a half).
/// </summary>
public sealed record RandomHistory(IReadOnlyDictionary<string, IReadOnlyList<Reading>> Readings, IReadOnlyList<VesselCulture> Vessels, int EndMin, int Seed)
{
    public const int Length = 20 * 60;

    // Calm, open and back, and the window of humidity: no run below a limit begins before the door opens or outlasts its window.
    private const int DoorMin = 60;
    private static readonly string[] Incubators = ["INC-1", "INC-2", "INC-3"];

    public static Arbitrary<RandomHistory> Arbitrary() => Gen.Choose(0, int.MaxValue).Select(Make).ToArbitrary();

    private static RandomHistory Make(int seed)
    {
        var random = new Random(seed);
        var readings = Incubators.ToDictionary(i => i, _ => (IReadOnlyList<Reading>)Air(random));
        return new(readings, Cultures(random), Length + random.Next(0, 15), seed);
    }

    private static List<Reading> Air(Random random)
    {
        var all = new List<Reading>();
        for (var m = random.Next(0, 30); m < Length;)
        {
            var (kind, minutes) = (random.Next(12), random.Next(1, 50));
            if (kind == 11) (m, kind) = (m + DoorMin <= Length ? Door(all, random, m) : m, 0);
            if (kind == 10) { m += random.Next(2, 40); continue; }
            var still = random.Next(3690, 3720) / 100.0;
            for (var end = Math.Min(m + minutes + 2, Length); m < end; m++)
            {
                // The last two minutes of each stretch are calm, so that no change is too fast to be real.
                var now = m < end - 2 ? kind : 0;
                var quality = now == 7 ? ReadingQuality.Bad : now == 8 ? ReadingQuality.ClockUncertain : ReadingQuality.Good;
                all.Add(new(Min(m), Channels.Temperature, now switch { 1 => Between(random, 38.01, 39.6), 2 => Between(random, 38.5, 41.3), 3 => Between(random, 34.2, 35.99), 4 => still, 9 => 85, _ => Between(random, 36.6, 37.4) }, quality));
                all.Add(new(Min(m), Channels.Co2, now switch { 5 => Between(random, 2.2, 3.99), 3 => Between(random, 6.01, 8.5), _ => Between(random, 4.6, 5.4) }, quality));
                all.Add(new(Min(m), Channels.Humidity, now == 6 ? Between(random, 62, 79) : Between(random, 90, 97), quality));
                if (now == 1 && random.Next(8) == 0) all.Add(new(Min(m), Channels.Temperature, Between(random, 37, 39.6)));
            }
        }
        return all;
    }

    /// <summary>Open for a minute; the air answers, comes back, and stays away from the lower limits until the window is over.</summary>
    private static int Door(List<Reading> all, Random random, int m)
    {
        for (var end = m + DoorMin; m < end; m++)
        {
            var since = m - (end - DoorMin);
            var low = since is > 10 and < 15;
            if (since is 10 or 11) all.Add(new(Min(m), Channels.Door, since == 10 ? 1 : 0));
            all.Add(new(Min(m), Channels.Temperature, low ? Between(random, 34.5, 35.9) : Between(random, 36.6, 37.4)));
            all.Add(new(Min(m), Channels.Co2, low ? Between(random, 2.5, 3.9) : Between(random, 4.6, 5.4)));
            all.Add(new(Min(m), Channels.Humidity, low ? Between(random, 62, 79) : Between(random, 90, 97)));
        }
        return m;
    }

    private static double Between(Random random, double low, double high) => Math.Round(low + random.NextDouble() * (high - low), 2);

    private static List<VesselCulture> Cultures(Random random)
    {
        var all = new List<VesselCulture>();
        var living = new List<string>();
        for (var i = random.Next(1, 4); i > 0; i--) Seed(random.Next(0, 60), []);
        for (var m = 60 + random.Next(60); m < Length && living.Count > 0; m += random.Next(10, 120))
            switch (random.Next(5))
            {
                case 0 or 1: Move(living[random.Next(living.Count)], m); break;
                case 2 or 3 when all.Count < 12:
                    var parents = living.Where(_ => random.Next(2) == 0).Take(3).DefaultIfEmpty(living[0]).Where(p => Of(p).SeededAt < Min(m)).ToArray();
                    foreach (var parent in parents) End(parent, m, VesselUse.Product);
                    for (var i = parents.Length == 0 ? 0 : random.Next(1, 4); i > 0; i--) Seed(m + random.Next(0, 40), parents);
                    break;
                case 4 when living.Count > 1 && Of(living[0]).SeededAt < Min(m): End(living[0], m, VesselUse.Discarded); break;
            }
        return all;

        VesselCulture Of(string id) => all.Single(v => v.VesselId == id);

        void Seed(int m, string[] parents)
        {
            var into = random.Next(4) == 0 ? [] : new[] { new Stay(Incubators[random.Next(3)], Min(m + random.Next(0, 20)), null) };
            all.Add(new($"V-{all.Count}", Min(m), null, parents, random.Next(10) == 0 ? VesselUse.Test : VesselUse.Product, into));
            living.Add(all[^1].VesselId);
        }

        void Move(string id, int m)
        {
            var vessel = Of(id);
            if (!(vessel.Stays is [.., { To: null } last] && last.From < Min(m))) return;
            Stay[] stays = [.. vessel.Stays.SkipLast(1), last with { To = Min(m) }, new(Incubators[random.Next(3)], Min(m + random.Next(0, 90)), null)];
            all[all.IndexOf(vessel)] = vessel with { Stays = stays };
        }

        void End(string id, int m, VesselUse use)
        {
            var vessel = Of(id);
            all[all.IndexOf(vessel)] = vessel with { CultureEndAt = Min(m), Use = vessel.Use == VesselUse.Test ? VesselUse.Test : use };
            living.Remove(id);
        }
    }
}
