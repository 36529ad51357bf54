namespace CultureTrack.Server.Hosting;

/// <summary>
/// A crashed embedded database is started again beside the running server. One that somebody has stopped is not: then this server ends too, clearly and
/// with exit code 1, instead of answering every request with a failure.
/// </summary>
internal sealed class DatabaseWatch(Database database, IHostApplicationLifetime lifetime, ILogger<DatabaseWatch> log) : BackgroundService
{
    private bool _lost;

    public int ExitCode => _lost ? 1 : 0;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await database.WhenEnded().WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested) return;
        _lost = true;
        log.LogCritical("The embedded PostgreSQL was stopped by somebody else; this server ends. Start it again");
        lifetime.StopApplication();
    }
}
