using CultureTrack.Domain.Records;

namespace CultureTrack.Domain.Lab;

/// <summary>A gateway that sends for several incubators of a site; <c>*</c> means all of them.</summary>
public sealed record GatewayRegistered(string GatewayId, string Site, IReadOnlyList<string> Incubators) : EventData;

/// <summary>A device can now sign in. The secret was shown once and is kept as a hash elsewhere.</summary>
public sealed record CredentialIssued(string CredentialId, string ClientId, IReadOnlyList<string> Incubators) : EventData;

public sealed record CredentialRevoked(string CredentialId) : EventData;

public sealed record Gateway(string GatewayId, string Site, IReadOnlyList<string> Incubators, DateTimeOffset RegisteredAt, long Version)
{
    public static string Stream(string gatewayId) => $"gateway/{gatewayId}";
}

public static class CredentialRules
{
    /// <param name="unknown">Incubators named that are not in the register of that site.</param>
    public static void Check(GatewayRegistered e, bool known, bool siteKnown, IReadOnlyCollection<string> unknown, LabJudgement j)
    {
        j.Id("gatewayId", e.GatewayId);
        j.Require(!known, Codes.ValDuplicate, "gatewayId", $"The gateway {e.GatewayId} is registered already.");
        j.Require(siteKnown, Codes.ValFormat, "site", $"No site {e.Site} is registered.");
        j.Require(e.Incubators.Count > 0, Codes.ValRequired, "incubators", "Name the incubators it sends for, or * for all.");
        j.Require(unknown.Count == 0, Codes.ValFormat, "incubators", $"Not registered at {e.Site}: {string.Join(", ", unknown)}.");
    }
}
