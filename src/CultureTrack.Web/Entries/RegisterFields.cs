using System.Collections.Frozen;
using CultureTrack.Domain.Records;
using CultureTrack.Domain.Telemetry;

namespace CultureTrack.Web.Entries;

/// <summary>Hints for the forms of the registers: materials, people, equipment, gateways.</summary>
internal static class RegisterFields
{
    private static readonly Choice[] Units = [.. new[] { "mL", "mg", "U", "piece", "vial", "cm2" }.Select(u => new Choice(u, u == "cm2" ? "cm²" : u))];

    public static FrozenDictionary<string, FieldHints> ByEvent { get; } = new Dictionary<string, FieldHints>
    {
        ["MaterialReceived.lotId"] = new("Lot", Help: "As on the label, such as MED-26-01."),
        ["MaterialReceived.expiresAt"] = new("Expires"),
        ["MaterialReceived.quantity"] = new("Quantity received"),
        ["MaterialReceived.unit"] = new("Unit", Options: Units),
        ["MaterialReceived.bovine"] = new("Contains material of bovine origin", Default: "false"),
        ["MaterialReceived.feeder"] = new(Hidden: true),
        ["PersonRegistered.user"] = new("User id", Help: "Personal, such as tech03. Never given twice."),
        ["PersonRegistered.fullName"] = new("Full name", Help: "As printed beside signatures."),
        ["PersonRegistered.email"] = new("E-mail"),
        ["PersonRegistered.roles"] = new("Roles", Options: [.. Look.RoleWords.All.Select(r => new Choice(r, Look.RoleWords.Of(r)))]),
        ["PersonRegistered.qualifiedPerson"] = new("Qualified Person", Default: "false", Help: "Only together with the role Release."),
        ["PersonRegistered.qualifications"] = new("Qualified for", Help: "An entry type, a method, Gowning, or * for everything."),
        ["EquipmentRegistered.incubatorId"] = new("Id", Help: "As on its label, such as INC-07."),
        ["EquipmentRegistered.kind"] = new(Default: nameof(Domain.Lab.EquipmentKind.Incubator)),
        ["EquipmentRegistered.profile"] = new("Profile", Help: "Set points, limits and delays.",
            Options: [.. EquipmentProfiles.All.OrderBy(p => p.Kind, StringComparer.Ordinal).ThenBy(p => p.Id, StringComparer.Ordinal).Select(p => new Choice(p.Id, $"{p.Id} · {p.Kind}"))]),
        ["EquipmentRegistered.periodSeconds"] = new("Sends every", "s", "1–3600", Default: "60"),
        ["EquipmentRegistered.channels"] = new("Sensors", Help: "Filled in from the profile; give resolution and calibration of each."),
        ["EquipmentRegistered.channel"] = new("Channel"),
        ["EquipmentRegistered.calibratedAt"] = new("Calibrated"),
        ["EquipmentRegistered.dueAt"] = new("Next calibration"),
        ["EquipmentRegistered.status"] = new(Default: nameof(Domain.Lab.ServiceStatus.InService)),
        ["EquipmentRegistered.shelves"] = new(Default: "4"),
        ["EquipmentRegistered.positions"] = new(Help: "Of a freezer or LN2 vessel."),
        ["GatewayRegistered.gatewayId"] = new("Gateway", Help: "Such as GW-02; it is the client id, too."),
        ["GatewayRegistered.incubators"] = new("Speaks for", Pick: Pick.Incubators),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
