using CultureTrack.Domain.Tests;
using CultureTrack.Instruments;
using Shouldly;
using Xunit;

namespace CultureTrack.Instruments.Tests;

/// <summary>Damaged files: any outcome is allowed, an exception or an endless loop is not. The mutations are seeded, so a failure repeats.</summary>
public sealed class MutatedFileTests
{
    private const int MutationsPerInstrument = 2_000, WorkbookMutations = 40, CutBytes = 250, TextBytesMax = 20_000;

    public static IEnumerable<TheoryDataRow<string>> Kinds() => InstrumentFile.Kinds.Select(k => new TheoryDataRow<string>(k));

    [Theory(Timeout = 120_000), MemberData(nameof(Kinds))]
    public async Task Mutated_files_are_read_or_refused_and_never_crash(string kind)
    {
        var files = SharedFiles.Names(kind).Select(n => Bytes(kind, n)).ToArray();
        var token = TestContext.Current.CancellationToken;
        await Task.Run(() =>
        {
            var random = new Random(20260319);
            for (var i = 0; i < MutationsPerInstrument; i++)
            {
                var original = files[i % files.Length];
                if (IsWorkbook(original) && i >= WorkbookMutations * files.Length) continue; // unpacking is slow and its damage is caught in one place
                var mutated = Mutation.Of(original, random);
                using var stream = new MemoryStream(mutated);
                InstrumentFile.Read(stream).ShouldNotBeNull();
                token.ThrowIfCancellationRequested();
            }
        }, token);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_file_cut_short_anywhere_never_gives_a_wrong_number_in_silence(string kind)
    {
        foreach (var name in SharedFiles.Names(kind))
        {
            var bytes = Bytes(kind, name);
            if (IsWorkbook(bytes) || Read(bytes) is not ReadOutcome.Parsed whole) continue;
            var known = whole.Records.ToLookup(r => r.Row);
            for (var length = Math.Max(0, bytes.Length - CutBytes); length < bytes.Length; length++)
            {
                if (Read(bytes[..length]) is not ReadOutcome.Parsed cut) continue;
                foreach (var record in cut.Records.Where(r => r.Warnings.Count == 0))
                    foreach (var (value, number) in record.Values.Where(v => v.Value.Value is not null))
                        if (!known[record.Row].Any(w => w.Values[value].Value == number.Value)) Assert.Fail($"{name} cut at {length}, row {record.Row}, {value}: {number}");
            }
        }
    }

    // Long text files repeat themselves: their first lines are damaged just as well, and quickly.
    private static byte[] Bytes(string kind, string name)
    {
        var bytes = File.ReadAllBytes(SharedFiles.Path("instruments", kind, name));
        return IsWorkbook(bytes) || bytes.Length <= TextBytesMax ? bytes : bytes[..(Array.LastIndexOf(bytes, (byte)'\n', TextBytesMax) + 1)];
    }

    private static bool IsWorkbook(byte[] bytes) => bytes is [0x50, 0x4B, ..] or [0xD0, 0xCF, ..];

    private static ReadOutcome Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        var outcome = InstrumentFile.Read(stream);
        if (outcome is not ReadOutcome.Ambiguous) return outcome;
        stream.Position = 0;
        return InstrumentFile.Read(stream, settings: new(DateOrder: DateOrder.MonthFirst, DecimalMark: DecimalMark.Point));
    }
}
