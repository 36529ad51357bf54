using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CultureTrack.Store.Readings;

/// <summary>Limits of the writer.</summary>
public sealed record ReadingWriterOptions
{
    /// <summary>Messages and rejects that one transaction takes at most; who brings more waits.</summary>
    public int GroupMessagesMax { get; init; } = 4096;

    /// <summary>Pause after a group that could not be committed, so that a database that is away is not hammered.</summary>
    public TimeSpan FailurePause { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>What one transaction stored.</summary>
/// <param name="Readings">New rows and conflicts in order of arrival; duplicates are not in it.</param>
public sealed record CommittedGroup(IReadOnlyList<ReadingRow> Readings, int Messages, int Rejects, int DuplicateValues, TimeSpan Took);

/// <summary>Readings are not being stored; nothing is acknowledged.</summary>
/// <param name="Since">First failure after the last commit.</param>
/// <param name="Last">Latest failure.</param>
/// <param name="Reason">What the database or the way to it said.</param>
public sealed record StoringFailure(DateTimeOffset Since, DateTimeOffset Last, string Reason);

/// <summary>
/// Stores messages in groups: while one group is being committed the next one fills, so the group grows with the load and a lone message
/// waits for nobody. The task given back completes after the commit, fsync included, and fails when the commit failed.
/// </summary>
public sealed class ReadingWriter : IAsyncDisposable
{
    /// <summary>What arrived while the previous group was being committed.</summary>
    sealed class Group
    {
        public readonly List<TelemetryMessage> Messages = [];
        public readonly List<RejectedMessage> Rejects = [];
        public readonly TaskCompletionSource Committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public readonly TaskCompletionSource Taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int Count => Messages.Count + Rejects.Count;
    }

    readonly Lock _gate = new();
    readonly SemaphoreSlim _filled = new(0, 1);
    readonly CancellationTokenSource _stop = new();
    readonly ReadingWriterOptions _options;
    readonly TimeProvider _time;
    readonly ILogger<ReadingWriter> _logger;
    readonly NpgsqlDataSource _source;
    readonly Task _loop;
    Group _open = new();
    volatile StoringFailure? _failure;
    Task _committing = Task.CompletedTask;

    public ReadingWriter(NpgsqlDataSource source, ReadingWriterOptions options, TimeProvider time, ILogger<ReadingWriter> logger)
    {
        (_source, _options, _time, _logger) = (source, options, time, logger);
        _loop = Task.Run(Run);
    }

    /// <summary>Called after every commit, in order, before its senders are told. Must be quick and must not throw.</summary>
    public Action<CommittedGroup>? Committed { get; set; }

    /// <summary>Null after a commit, and before the first group.</summary>
    public StoringFailure? Failure => _failure;

    /// <summary>Stores messages and waits for the commit.</summary>
    /// <exception cref="NpgsqlException">Not confirmed stored.</exception>
    public async Task Append(IReadOnlyList<TelemetryMessage> messages, CancellationToken ct) => await await Enqueue(messages, [], ct);

    /// <summary>Stores an entry of the reject log and waits for the commit.</summary>
    public async Task Reject(RejectedMessage reject, CancellationToken ct) => await await Enqueue([], [reject], ct);

    /// <summary>Takes messages and rejects of one source into the same transaction.</summary>
    /// <returns>
    /// Completes when they are taken, which under overload waits for the previous group: this is the back-pressure.
    /// The inner task completes with their commit.
    /// </returns>
    public async ValueTask<Task> Enqueue(IReadOnlyList<TelemetryMessage> messages, IReadOnlyList<RejectedMessage> rejects, CancellationToken ct)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_stop.IsCancellationRequested, this);
            Task full;
            lock (_gate)
            {
                // An empty group takes any number, so that one large message cannot wait for ever.
                if (_open.Count == 0 || _open.Count + messages.Count + rejects.Count <= _options.GroupMessagesMax)
                {
                    var first = _open.Count == 0;
                    _open.Messages.AddRange(messages);
                    _open.Rejects.AddRange(rejects);
                    if (first && _open.Count > 0) _filled.Release();
                    return _open.Count > 0 ? _open.Committed.Task : Task.CompletedTask;
                }
                full = _open.Taken.Task;
            }
            await full.WaitAsync(ct);
        }
    }

    /// <summary>Completes when everything that was taken before the call is committed or has failed.</summary>
    public async Task WhenDrained()
    {
        Task open, committing;
        lock (_gate) (open, committing) = (_open.Count > 0 ? _open.Committed.Task : Task.CompletedTask, _committing);
        await Task.WhenAll(open, committing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    async Task Run()
    {
        var transactions = new ReadingTransactions(_source, _logger);
        while (true)
        {
            try
            {
                await _filled.WaitAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                break;    // disposed: the group that is open now is failed below
            }
            await Commit(Take(), transactions);
        }
        lock (_gate) _open.Committed.TrySetException(new ObjectDisposedException(nameof(ReadingWriter)));
    }

    Group Take()
    {
        lock (_gate)
        {
            var taken = _open;
            _open = new Group();
            _committing = taken.Committed.Task;
            taken.Taken.SetResult();
            return taken;
        }
    }

    async Task Commit(Group group, ReadingTransactions transactions)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var stored = await transactions.Store(group.Messages, group.Rejects, _stop.Token);
            Committed?.Invoke(new CommittedGroup([.. stored.Rows, .. stored.Conflicts], group.Messages.Count, group.Rejects.Count, stored.DuplicateValues, Stopwatch.GetElapsedTime(started)));
            _failure = null;
            group.Committed.SetResult();
        }
        catch (Exception e)
        {
            var now = _time.GetUtcNow();
            _failure = new StoringFailure(_failure?.Since ?? now, now, e is PostgresException p ? p.MessageText : e.Message);
            // Nothing is confirmed, so every sender is told and sends again; repeats are skipped by identity.
            group.Committed.SetException(e);
            _ = group.Committed.Task.Exception;    // observed here: a sender that has gone does not make it an unobserved one
            if (_stop.IsCancellationRequested) return;
            _logger.LogError(e, "A group of {Messages} messages was not committed; its senders are disconnected to send again", group.Count);
            await Task.Delay(_options.FailurePause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Commits what was taken, then stops. What could not be committed in time fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await Task.WhenAny(WhenDrained(), Task.Delay(TimeSpan.FromSeconds(10)));
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _filled.Dispose();
    }
}
