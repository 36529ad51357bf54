using System.Diagnostics;
using System.Globalization;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Lab;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Release;

namespace CultureTrack.Benchmarks.Histories;

/// <summary>How long one verdict takes in memory: of a folded batch, and with folding its events first. Batches, events each.</summary>
internal static class VerdictProgram
{
    private const int Warm = 50;

    public static int Run(string[] args)
    {
        var batches = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 500;
        var events = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 200;
        var lab = new LabHistory(new(batches, events));
        var lots = new Dictionary<string, LotFact>(StringComparer.Ordinal);
        var rooms = new List<EmSession>();
        foreach (var stream in lab.Registers())
        {
            if (stream[0].StreamId.StartsWith("material/", StringComparison.Ordinal) && stream.Aggregate((Material?)null, Material.Apply) is { } lot) lots[lot.LotId] = lot.Fact();
            if (stream[0].Body is EmSessionOpened) rooms.Add(stream.Aggregate((EmSession?)null, EmSession.Apply)!);
        }
        var byBatch = rooms.SelectMany(r => r.BatchIds.Select(b => (b, r))).ToLookup(p => p.b, p => p.r.Fact());
        var spec = SpecificationRegister.BuiltIn[("ADSC", 1)];
        var (judged, both, spent, verdicts) = (new List<double>(), new List<double>(), new List<double>(), new List<string>());
        for (var i = 0; i < batches; i++)
        {
            var history = lab.Batch(i);
            var started = Stopwatch.GetTimestamp();
            var (then, at) = WhatIf.Moment(history, lab.End);
            var state = BatchFold.Fold(then);
            var facts = new LabFacts
            {
                Product = ProductRegister.BuiltIn["ADSC"],
                Spec = spec,
                Lots = lots,
                EmSessions = [.. byBatch[state.BatchId]],
                Environment = RecordedEnvironment.Of(state, at),
            };
            var (folded, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var verdict = ReleaseEvaluator.Evaluate(state, spec, facts, at);
            if (i < Warm) continue;
            judged.Add(Stopwatch.GetElapsedTime(folded).TotalMilliseconds);
            spent.Add((Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
            both.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            verdicts.Add(verdict.Value);
        }
        Console.WriteLine($"{verdicts.Count} verdicts: {string.Join(", ", verdicts.CountBy(v => v).Select(v => $"{v.Value} {v.Key}"))}");
        Told("verdict of a folded batch", judged);
        Told("processor time of it, with what the runtime compiles and collects meanwhile", spent);
        Told($"folding {lab.Options.EventsEach} events and the verdict", both);
        return 0;
    }

    private static void Told(string what, List<double> times)
    {
        var ordered = times.Order().ToArray();
        double At(double share) => ordered[Math.Min(ordered.Length - 1, (int)(ordered.Length * share))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: p50 {At(0.5):0.00} ms, p99 {At(0.99):0.00} ms, max {ordered[^1]:0.00} ms"));
    }
}
