using Npgsql;

namespace CultureTrack.Store;

/// <summary>Tells a database that is away, and will be back, from a fault of the program.</summary>
public static class DatabaseAbsence
{
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(2);

    /// <summary>Whether the failure says by itself that the database did not answer, was ending or starting, or had no connection left.</summary>
    public static bool IsToldBy(Exception? failure) => failure switch
    {
        null => false,
        PostgresException p => p.SqlState.StartsWith("08", StringComparison.Ordinal)
            || p.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections,
        NpgsqlException => true,
        AggregateException many => many.InnerExceptions.Any(IsToldBy),
        _ => IsToldBy(failure.InnerException),
    };

    /// <summary>The same, asking the database where the failure does not say: a failure that comes from another process or grain has lost its cause.</summary>
    public static async Task<bool> Explains(Exception failure, NpgsqlDataSource source)
    {
        if (IsToldBy(failure)) return true;
        using var patience = new CancellationTokenSource(AnswersWithin);
        try
        {
            await DatabaseClock.Now(source, patience.Token);
            return false;
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException) { return true; }
    }
}
