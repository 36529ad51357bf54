using CultureTrack.Grains.Live;
using CultureTrack.Store.Proof;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Grains.Proof;

/// <summary>Verifies the whole store once a day while the server runs, the first time an hour after its start. The hours are the machine's.</summary>
public sealed class VerificationSchedule(NpgsqlDataSource source, TrustedKeys trusted, VerificationLog kept, ILiveFeed live, ILogger<VerificationSchedule> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromHours(1), Every = TimeSpan.FromHours(24);
    private const int MostToldOneByOne = 20;
    private const string BySchedule = "sys";
    private readonly SemaphoreSlim _one = new(1, 1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(First);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                timer.Period = Every;
                try { await Verify(BySchedule, stoppingToken); }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested) { log.LogError(e, "The store could not be verified and is tried again in a day"); }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { log.LogDebug("No verification any more, the server ends"); }
    }

    /// <summary>Verifies now, keeps the result and tells what is wrong: in the log, and to the screens as a security event. One at a time.</summary>
    /// <param name="askedBy">A person's id, or <c>sys</c>.</param>
    public async Task<VerificationMade> Verify(string askedBy, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var report = await new StoreVerifier(source, trusted.Keys).Verify(null, ct);
            Tell(report);
            return await kept.Keep(report, askedBy, ct);
        }
        finally { _one.Release(); }
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private void Tell(StoreReport report)
    {
        if (report.IsProven) log.LogInformation("Verified {Events} events of {Streams} streams: nothing was changed", report.Events, report.Streams);
        else live.Publish(new("security", "verification", new { what = "The store is not as it was written", findings = report.Findings.Count, first = report.Findings is [var worst, ..] ? worst.Where : null }));
        foreach (var finding in report.Findings.Take(MostToldOneByOne)) log.LogCritical("Verification: {Code} {Where}: {Text}", finding.Code, finding.Where, finding.Text);
    }
}
