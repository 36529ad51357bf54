namespace CultureTrack.Grains.Devices;

public enum DeviceKind
{
    /// <summary>Belongs to one incubator.</summary>
    Device,

    /// <summary>Sends for the incubators it was given.</summary>
    Gateway,

    /// <summary>Reads only: a screen, a bridge to another system.</summary>
    Service,
}

/// <summary>One channel of a payload that has another shape than the product's own.</summary>
/// <param name="Path">Member names from the root, separated by dots; a number is a position in an array: <c>sensors.0.temp</c>.</param>
/// <param name="Channel">Channel name the value is stored under.</param>
/// <param name="Factor">Stored value = value × factor + offset, for example 0.0001 for ppm to %.</param>
public sealed record ChannelMapping(string Path, string Channel, double Factor = 1, double Offset = 0);

/// <summary>How a device's own JSON becomes readings.</summary>
/// <param name="TimePath">Path of the time (Unix milliseconds or ISO 8601); null = receipt time.</param>
/// <param name="TimeZone">IANA zone of ISO times without offset; null = such times are refused.</param>
/// <param name="ItemsPath">Path of an array with one element a reading; null = the payload is one reading.</param>
public sealed record PayloadMapping(IReadOnlyList<ChannelMapping> Channels, string? TimePath = null, string? TimeZone = null, string? ItemsPath = null);

/// <summary>Who a client is and what it may do.</summary>
/// <param name="DeviceId">Part of the identity of its values; stays the same when its credential is replaced.</param>
/// <param name="Incubators">Incubator ids, or the single element <c>*</c> for every incubator of the site.</param>
public sealed record DeviceIdentity(string CredentialId, string DeviceId, string Site, IReadOnlyList<string> Incubators, DeviceKind Kind, PayloadMapping? Mapping = null)
{
    public bool AllIncubators => Incubators is ["*"];
}

/// <summary>The register of devices as the broker asks it. Answers come from memory as a rule: it is asked for every message.</summary>
public interface IDeviceDirectory
{
    /// <summary>The identity behind a client's credentials; null when they are wrong or withdrawn, or when the client id belongs to another credential.</summary>
    /// <param name="username">Also a ThingsBoard access token, then without password.</param>
    ValueTask<DeviceIdentity?> Verify(string clientId, string? username, string? password, CancellationToken ct);

    /// <summary>True when the incubator is in the register of the site.</summary>
    bool IncubatorKnown(string site, string incubatorId);

    /// <summary>For messages that come through an external broker: whose topic this is. Null when the incubator is not known there.</summary>
    DeviceIdentity? OwnerOf(string site, string incubatorId);
}
