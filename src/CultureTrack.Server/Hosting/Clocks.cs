using CultureTrack.Grains.Time;
using CultureTrack.Store;
using Npgsql;

namespace CultureTrack.Server.Hosting;

/// <summary>Which clock this server judges by (contract 3.2).</summary>
internal static class Clocks
{
    /// <exception cref="SettingException">A manual clock is asked for on a store that holds a real record, or the other way round.</exception>
    public static async Task<TimeProvider> Choose(LabSettings settings, Database database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database.RuntimeConnectionString);
        var installation = await Installation.Open(source, settings.ManualStart, ct);
        if (installation.Rehearsal != settings.ManualStart is not null)
            throw new SettingException(installation.Rehearsal
                ? "This store is a rehearsal (manual clock) for ever; start with Clock:Mode=manual, or use another database."
                : "This store holds a real record; a manual clock is possible only on an empty one.");
        return settings.ManualStart is { } start ? new ManualLabClock(installation.ManualNow > start ? installation.ManualNow.Value : start) : new SystemLabClock();
    }
}
