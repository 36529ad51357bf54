using CultureTrack.Grains.Live;
using CultureTrack.Store.Proof;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Grains.Proof;

/// <summary>Verifies the whole store once a day while the server runs, the first time an hour after its start. The hours are the machine's.</summary>
public sealed class VerificationSchedule(NpgsqlDataSource source, TrustedKeys trusted, ILiveFeed live, ILogger<VerificationSchedule> log) : BackgroundService
{
    private static readonly TimeSpan First = TimeSpan.FromHours(1), Every = TimeSpan.FromHours(24);
    private const int MostToldOneByOne = 20;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(First);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                timer.Period = Every;
                try { await Verify(stoppingToken); }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested) { log.LogError(e, "The store could not be verified and is tried again in a day"); }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { log.LogDebug("No verification any more, the server ends"); }
    }

    /// <summary>Verifies now and tells what is wrong: in the log, and to the screens as a security event.</summary>
    public async Task<StoreReport> Verify(CancellationToken ct)
    {
        var report = await new StoreVerifier(source, trusted.Keys).Verify(null, ct);
        if (report.IsProven) log.LogInformation("Verified {Events} events of {Streams} streams: nothing was changed", report.Events, report.Streams);
        else live.Publish(new("security", "verification", new { what = "The store is not as it was written", findings = report.Findings.Count, first = report.Findings is [var worst, ..] ? worst.Where : null }));
        foreach (var finding in report.Findings.Take(MostToldOneByOne)) log.LogCritical("Verification: {Code} {Where}: {Text}", finding.Code, finding.Where, finding.Text);
        return report;
    }
}
