using Microsoft.Extensions.Logging;

namespace CultureTrack.Store.Readings;

/// <summary>
/// Rows whose commit was asked for and not answered, because the database went away meanwhile: it may have been made all the same. Their senders were told
/// nothing and send again, which finds duplicates; so what was stored is looked up and handed on once the database answers again. Used by the one writer only.
/// </summary>
sealed class UnansweredCommits(ILogger logger)
{
    /// <summary>More than the database can leave unanswered before it is known to be away.</summary>
    const int RowsMax = 200_000;

    readonly Dictionary<ReadingKey, HashSet<DateTimeOffset>> _receivedAt = [];
    int _rows;

    public bool Any => _rows > 0;

    public IReadOnlyCollection<ReadingKey> Keys => _receivedAt.Keys;

    public void Add(IEnumerable<ReadingRow> rows)
    {
        foreach (var row in rows)
        {
            if (_rows >= RowsMax)
            {
                logger.LogError("More than {Rows} readings are of unknown fate; those beyond are judged after the next start only", RowsMax);
                return;
            }
            if (!_receivedAt.TryGetValue(row.Key, out var times)) _receivedAt.Add(row.Key, times = []);
            if (times.Add(row.ReceivedAt)) _rows++;
        }
    }

    /// <summary>True when the stored row came with one of these commits; others of its key have been handed on before.</summary>
    public bool Includes(ReadingRow stored) => _receivedAt.TryGetValue(stored.Key, out var times) && times.Contains(stored.ReceivedAt);

    public void Clear()
    {
        _receivedAt.Clear();
        _rows = 0;
    }
}
