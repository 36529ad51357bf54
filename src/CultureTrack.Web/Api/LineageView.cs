using CultureTrack.Domain.Tracing;
using CultureTrack.Grains.Tracing;

namespace CultureTrack.Web.Api;

/// <summary>The graph as the API answers it; <c>steps</c> account for the cells of every suspension: in = out + discarded + lost.</summary>
public sealed record LineageView(IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, bool Truncated, IReadOnlyList<LineageStep> Steps)
{
    public const string Example = """
        {"nodes":[{"id":"donor/DN-0007","kind":"Donor","label":"DN-0007","batchId":null,"cells":null,"passage":null,"cpdl":null,"status":null},{"id":"vessel/ADSC-26-0007/V-21","kind":"Vessel","label":"V-21 1-layer stack","batchId":"ADSC-26-0007","cells":2544000,"passage":1,"cpdl":0,"status":"InUse"}],"edges":[{"from":"pool/ADSC-26-0007/0197f3a2-5c1e-7000-8000-3f2a9d1c0b10","to":"vessel/ADSC-26-0007/V-21","eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b11","kind":"Seeded","viable":2544000}],"truncated":false,"steps":[{"batchId":"ADSC-26-0007","eventId":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b10","type":"PassagePerformed","id":"0197f3a2-5c1e-7000-8000-3f2a9d1c0b10","at":"2026-04-20T12:00:00.000Z","cellsIn":21000000,"cellsOut":20352000,"cellsDiscarded":0,"cellsLost":648000}]}
        """;

    public static LineageView Of(LineageFound found) => new(found.Nodes, found.Edges, found.Truncated, found.Steps);
}
