namespace CultureTrack.Domain.Records;

/// <summary>Actor codes of the domain specification, G-7.</summary>
public static class Roles
{
    public const string Technician = "T";
    public const string QualityControl = "QC";
    public const string QualityAssurance = "QA";
    public const string Releaser = "QA-R";
    public const string Supervisor = "SUPERVISOR";
    public const string Administrator = "ADMIN";
    public const string System = "SYS";
    public const string Device = "DEV";

    /// <summary>The roles a person can be given.</summary>
    public static readonly IReadOnlySet<string> OfPeople =
        new HashSet<string>([Technician, QualityControl, QualityAssurance, Releaser, Supervisor, Administrator], StringComparer.Ordinal);

    /// <summary>True when somebody who holds <paramref name="held"/> may act as <paramref name="needed"/> (QA-R includes QA, a supervisor may do what T may).</summary>
    public static bool Includes(string held, string needed) =>
        held == needed || (held, needed) is (Releaser, QualityAssurance) or (Supervisor, Technician);
}

/// <summary>A proof that somebody may make entries of a kind; <c>*</c> means all. Valid from <paramref name="From"/> until before <paramref name="Until"/>.</summary>
public sealed record Qualification(string Covers, DateTimeOffset From, DateTimeOffset Until);

/// <summary>Who makes an entry: a person, a device or the software itself.</summary>
public sealed record Actor(
    string UserId, string FullName, IReadOnlyList<string> Roles, IReadOnlyList<Qualification> Qualifications, bool QualifiedPerson = false)
{
    public static readonly Actor Software = new("sys", "CultureTrack", [Records.Roles.System], []);

    /// <summary>Where the person sits at this moment, as the server itself sees it: the address of the connection (R-02).</summary>
    public string? DeviceId { get; init; }

    public bool IsSystem => Roles.Contains(Records.Roles.System);

    /// <summary>The first of the needed roles this actor may act as, or null.</summary>
    public string? RoleFor(IEnumerable<string> needed) =>
        needed.FirstOrDefault(n => Roles.Any(held => Records.Roles.Includes(held, n)));

    public bool IsQualifiedFor(string covers, DateTimeOffset at) =>
        Qualifications.Any(q => (q.Covers == "*" || q.Covers == covers) && q.From <= at && at < q.Until);
}
