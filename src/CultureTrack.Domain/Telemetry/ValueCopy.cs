using System.Collections.Immutable;
using System.Numerics;

namespace CultureTrack.Domain.Telemetry;

/// <summary>What <see cref="ValueCopy"/> remembers between activations.</summary>
/// <param name="Prints">Fingerprints of the messages kept, oldest first.</param>
/// <param name="AtMs">Their times, Unix milliseconds.</param>
/// <param name="Dropped">Messages before the first one kept.</param>
/// <param name="Lag">Distance of the copy under way, messages; 0: none.</param>
/// <param name="Run">Messages of it so far.</param>
/// <param name="Found">It is long enough to be no chance.</param>
/// <param name="Periods">Distances at which the signal repeats itself from its beginning.</param>
public sealed record ValueCopyMemory(IReadOnlyList<uint> Prints, IReadOnlyList<long> AtMs, long Dropped, long Lag, int Run, bool Found, IReadOnlyList<long> Periods);

/// <summary>
/// Finds a stretch of one device's messages whose numbers repeat an earlier stretch under new times: a memory sent twice, a replay. All numbers of a message
/// are compared together. No noisy sensor does that by itself for an hour; a coarse or calm one can, so the stretch must hold enough different messages,
/// and a signal that has come back at that distance before, or ever since it was first heard, is periodic and no copy.
/// </summary>
public sealed class ValueCopy
{
    /// <summary>Least length of a copy, messages.</summary>
    public const int LeastRows = 60;
    private const int LeastDistinct = 16, LeastChanges = 30, PeriodsMax = 16, RowsMax = 4096, LookedAtMost = 1440, PeriodShare = 5;
    private static readonly TimeSpan Kept = TimeSpan.FromHours(26);
    private readonly List<(uint Print, long AtMs)> _rows = [];
    private readonly Dictionary<uint, long> _lastPlace = [];
    private readonly List<long> _periods = [];
    private long _dropped, _lag;
    private int _run;

    public ValueCopy() { }

    public ValueCopy(ValueCopyMemory memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _rows.AddRange(memory.Prints.Zip(memory.AtMs));
        _periods.AddRange(memory.Periods);
        (_dropped, _lag, _run, IsFound) = (memory.Dropped, memory.Lag, memory.Run, memory.Found);
        for (var i = 0; i < _rows.Count; i++) _lastPlace[_rows[i].Print] = _dropped + i;
    }

    public ValueCopyMemory Memory => new([.. _rows.Select(r => r.Print)], [.. _rows.Select(r => r.AtMs)], _dropped, _lag, _run, IsFound, [.. _periods]);

    /// <summary>A copy is under way that is no chance.</summary>
    public bool IsFound { get; private set; }

    /// <summary>First message of the copy under way, and the one it repeats.</summary>
    public (DateTimeOffset From, DateTimeOffset Original) Stretch => (Time(End - _run), Time(End - _run - _lag));

    private long End => _dropped + _rows.Count;

    /// <summary>Fingerprint of a message's numbers; null when it has none.</summary>
    public static uint? PrintOf(IEnumerable<KeyValuePair<string, double>> numbers)
    {
        uint? print = null;
        foreach (var (channel, value) in numbers)
        {
            print ??= 0;
            foreach (var letter in channel) print = BitOperations.Crc32C(print.Value, letter);
            print = BitOperations.Crc32C(print.Value, BitConverter.DoubleToUInt64Bits(value));
        }
        return print;
    }

    /// <summary>Takes the next message of the device, in order of receipt.</summary>
    public void Take(uint print, DateTimeOffset at)
    {
        var place = End;
        _rows.Add((print, at.ToUnixTimeMilliseconds()));
        if (_lag > 0 && place - _lag >= _dropped && At(place - _lag).Print == print) _run++;
        else Restart(place, print);
        _lastPlace[print] = place;
        if (!IsFound && _run >= LeastRows && _run % (LeastRows / 2) == 0 && IsTelling(place))
        {
            if (IsPeriod(place)) TakeForPeriod();
            else IsFound = true;
        }
        Forget(at);
    }

    private void Restart(long place, uint print)
    {
        (_lag, _run, IsFound) = (0, 0, false);
        if (!_lastPlace.TryGetValue(print, out var earlier) || earlier < _dropped || _periods.Contains(place - earlier)) return;
        (_lag, _run) = (place - earlier, 1);
        // The place was known only by its last occurrence; what came just before may belong to the stretch as well.
        while (earlier - _run >= _dropped && At(place - _run).Print == At(earlier - _run).Print) _run++;
        if (earlier - _run < _dropped) TakeForPeriod();
    }

    private void TakeForPeriod()
    {
        if (_periods.Count < PeriodsMax) _periods.Add(_lag);
        (_lag, _run) = (0, 0);
    }

    // Before the stretch, too, the signal was much what it had been so long before: it comes back by itself.
    private bool IsPeriod(long place)
    {
        var (compared, same) = (0, 0);
        for (var i = place - _run; i - _lag >= _dropped; i--, compared++)
            if (At(i).Print == At(i - _lag).Print) same++;
        return compared >= LeastRows / 2 && same * PeriodShare > compared;
    }

    private bool IsTelling(long place)
    {
        var (distinct, changes) = (new HashSet<uint>(), 0);
        for (var i = Math.Max(place - Math.Min(_run, LookedAtMost) + 1, _dropped + 1); i <= place; i++)
        {
            distinct.Add(At(i).Print);
            if (At(i).Print != At(i - 1).Print) changes++;
        }
        return distinct.Count >= LeastDistinct && changes >= LeastChanges;
    }

    private void Forget(DateTimeOffset now)
    {
        // In chunks: taking out the first of a list moves all others.
        if (_rows.Count % 256 != 0) return;
        var most = Math.Max(0, _rows.Count - RowsMax);
        while (most < _rows.Count - 1 && _rows[most].AtMs < (now - Kept).ToUnixTimeMilliseconds()) most++;
        if (most == 0) return;
        for (var i = 0; i < most; i++)
            if (_lastPlace.TryGetValue(_rows[i].Print, out var at) && at < _dropped + most) _lastPlace.Remove(_rows[i].Print);
        _rows.RemoveRange(0, most);
        _dropped += most;
    }

    private (uint Print, long AtMs) At(long place) => _rows[(int)(place - _dropped)];

    private DateTimeOffset Time(long place) => DateTimeOffset.FromUnixTimeMilliseconds(At(Math.Max(_dropped, place)).AtMs);
}
