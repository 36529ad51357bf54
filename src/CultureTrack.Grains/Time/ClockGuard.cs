using System.Globalization;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Records;
using CultureTrack.Grains.Lab;
using CultureTrack.Store;
using Marten;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Grains.Time;

/// <summary>
/// Compares this server's clock with the database's and with the machine's own monotonic clock. While one of them differs by more than a second,
/// no command is taken; the change itself is recorded. A clock that is moved by hand, as in a rehearsal, is nobody's mistake and is not compared.
/// </summary>
public sealed class ClockGuard(TimeProvider clock, NpgsqlDataSource source, LabWriter writer, ILogger<ClockGuard> log) : BackgroundService
{
    /// <summary>A clock that was set is trusted again when it has kept pace with the monotonic one for so long.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), RememberEvery = TimeSpan.FromSeconds(1);
    private const int Measurements = 3;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly (DateTimeOffset Wall, long Ticks) _start = (clock.GetUtcNow(), clock.GetTimestamp());
    private readonly Queue<(TimeSpan Offset, long Ticks)> _seen = new();
    private long _rememberedAt;
    private TimeSpan _stepBase, _recordedStep, _recordedDatabase, _database;

    /// <summary>Why the clock is not trusted at the moment, as a sentence; null when it is.</summary>
    public string? Doubt()
    {
        if (clock is ManualLabClock) return null;
        lock (_gate)
        {
            var (offset, oldest) = Observe();
            if ((offset - oldest).Duration() > ServerClockRules.Tolerance) return Sentence("was changed by", offset - oldest);
            return _database.Duration() > ServerClockRules.Tolerance ? Sentence("differs from the database's by", _database) : null;
        }
    }

    /// <summary>Compares both clocks now and records a change.</summary>
    public async Task Check(CancellationToken ct)
    {
        if (clock is ManualLabClock) return;
        await _one.WaitAsync(ct);
        try { await Compare(ct); }
        finally { _one.Release(); }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private async Task Compare(CancellationToken ct)
    {
        var measured = await FromDatabase(ct);
        (TimeSpan Old, TimeSpan New)? step = null, database = null;
        lock (_gate)
        {
            var (offset, _) = Observe();
            // A clock that is corrected little by little is not a clock that was changed.
            if ((offset - _stepBase).Duration() > ServerClockRules.Tolerance) step = (_recordedStep, _recordedStep + (offset - _stepBase));
            else _stepBase = offset;
            _database = measured;
            if ((measured - _recordedDatabase).Duration() > ServerClockRules.Tolerance) database = (_recordedDatabase, measured);
        }
        if (step is { } s && await Record(s.Old, s.New, "monotonic", ct)) lock (_gate) (_stepBase, _recordedStep) = (_stepBase + (s.New - s.Old), s.New);
        if (database is { } d && await Record(d.Old, d.New, "database", ct)) lock (_gate) _recordedDatabase = d.New;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (clock is ManualLabClock) return;
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
            {
                try { await Check(stoppingToken); }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested) { log.LogWarning("The clocks could not be compared and are compared again in a moment: {Reason}", e.Message); }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { log.LogDebug("The clocks are not compared any more, the server ends"); }
    }

    /// <summary>How far the clock is ahead of where the monotonic clock says it should be, now and at the beginning of what is remembered.</summary>
    private (TimeSpan Now, TimeSpan Oldest) Observe()
    {
        var ticks = clock.GetTimestamp();
        var offset = clock.GetUtcNow() - _start.Wall - clock.GetElapsedTime(_start.Ticks, ticks);
        if (_seen.Count == 0 || clock.GetElapsedTime(_rememberedAt, ticks) >= RememberEvery)
        {
            _seen.Enqueue((offset, ticks));
            _rememberedAt = ticks;
        }
        // What is older than the memory goes, but one that old stays until there is a younger one of that age.
        while (_seen.Count > 1 && clock.GetElapsedTime(_seen.ElementAt(1).Ticks, ticks) >= Memory) _seen.Dequeue();
        return (offset, _seen.Peek().Offset);
    }

    /// <summary>How far the clock is ahead of the database's, as far as the quickest of some answers can tell.</summary>
    private async Task<TimeSpan> FromDatabase(CancellationToken ct)
    {
        (TimeSpan Offset, TimeSpan Took)? best = null;
        for (var i = 0; i < Measurements; i++)
        {
            var (asked, ticks) = (clock.GetUtcNow(), clock.GetTimestamp());
            var theirs = await DatabaseClock.Now(source, ct);
            var took = clock.GetElapsedTime(ticks);
            if (best is null || took < best.Value.Took) best = (asked + took / 2 - theirs, took);
        }
        // The answer may have been given at any moment while we waited: only what is beyond that is a difference.
        var (offset, uncertain) = (best!.Value.Offset, best.Value.Took / 2);
        return offset.Duration() <= uncertain ? TimeSpan.Zero : offset - Math.Sign(offset.Ticks) * uncertain;
    }

    private async Task<bool> Record(TimeSpan before, TimeSpan now, string with, CancellationToken ct)
    {
        var data = new ClockChanged((long)before.TotalMilliseconds, (long)now.TotalMilliseconds, $"{Environment.MachineName}/{with}");
        await using var work = await writer.Begin(ct);
        var stream = await work.Session.Events.FetchStreamStateAsync(ServerClockRules.Stream, ct);
        work.Append(new LabEntry(data, Actor.Software, writer.Now), ServerClockRules.Stream, stream?.Version ?? 0, j => ServerClockRules.Check(data, j));
        if (!(await work.Save(true, ct)).Accepted) return false;    // another server recorded one at this moment: again at the next look
        log.LogCritical("The clock changed: {Before} ms ahead before, {Now} ms now, compared with {Source}", data.OldOffsetMs, data.NewOffsetMs, data.Source);
        return true;
    }

    private static string Sentence(string what, TimeSpan by) => string.Create(CultureInfo.InvariantCulture,
        $"The server's clock {what} {by.TotalSeconds:+0.0;-0.0} s. Nothing was stored; entries are taken again when the clocks agree, reading goes on.");
}
