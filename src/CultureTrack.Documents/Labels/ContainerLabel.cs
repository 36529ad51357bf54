namespace CultureTrack.Documents.Labels;

/// <summary>What one label says. Everything is text that is printed as it stands; the code holds the container's id.</summary>
/// <param name="Statements">What 3.8 demands, as the entry LabelsPrinted records it, ids and storage left out: they have places of their own.</param>
/// <param name="Quantity">As filled; null before the fill, then a line to write on.</param>
/// <param name="Expiry">Local time with offset, or from when it will count.</param>
public sealed record ContainerLabel(
    string ContainerId, string BatchId, string Product, string? Patient, string? Din, IReadOnlyList<string> Statements, string? Quantity, string Storage, string Expiry,
    string Site, string? Mark)
{
    /// <summary>Most characters a code and its human-readable line can hold; ids of the laboratory are far shorter.</summary>
    public const int LongestId = 60;

    /// <summary>Codes hold printable ASCII only: scanners give back exactly what is printed below the code.</summary>
    public static bool CanBeCoded(string id) => id.Length is > 0 and <= LongestId && id.All(c => c is > ' ' and < (char)127);
}
