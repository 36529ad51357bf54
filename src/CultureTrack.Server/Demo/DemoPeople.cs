using CultureTrack.Domain.Records;

namespace CultureTrack.Server.Demo;

/// <summary>Somebody who works in the demo lab. The password is printed at every start; a real lab never gets one from the program.</summary>
internal sealed record DemoPerson(string User, string FullName, string Password, IReadOnlyList<string> Roles, string Work, bool QualifiedPerson = false)
{
    public string Email => $"{User}@lab.example";
}

/// <summary>The people of the demo lab: enough of them for every second person, reviewer and releaser the rules ask for.</summary>
internal static class DemoPeople
{
    public static readonly DemoPerson Admin = new("adm01", "Ada Minde", "harbour-lantern-71", [Roles.Administrator], "Administrator: people, equipment, credentials");
    public static readonly DemoPerson Tech1 = new("tech01", "Tomas Keller", "quiet-meadow-24", [Roles.Technician], "Technician");
    public static readonly DemoPerson Tech2 = new("tech02", "Leila Haddad", "amber-orchard-58", [Roles.Technician], "Technician, second person");
    public static readonly DemoPerson Lead = new("sup01", "Henrik Solberg", "granite-ferry-36", [Roles.Supervisor], "Supervisor");
    public static readonly DemoPerson Analyst1 = new("qc01", "Marta Oliveira", "copper-willow-83", [Roles.QualityControl], "QC analyst, records results");
    public static readonly DemoPerson Analyst2 = new("qc02", "Jonas Berg", "silver-thicket-47", [Roles.QualityControl], "QC analyst, approves results");
    public static readonly DemoPerson Reviewer = new("qa01", "Ruth Adeyemi", "velvet-compass-19", [Roles.QualityAssurance], "QA, reviews records");
    public static readonly DemoPerson Releaser =
        new("qa02", "Ines Roy", "crimson-harvest-62", [Roles.QualityAssurance, Roles.Releaser], "QA, Qualified Person, signs releases", true);

    public static readonly DemoPerson Floor = new("qa03", "Noor Visser", "marble-anchor-25", [Roles.QualityAssurance], "QA on the floor: receipts, allocations, on call");

    public static readonly IReadOnlyList<DemoPerson> All = [Tech1, Tech2, Lead, Analyst1, Analyst2, Reviewer, Releaser, Floor, Admin];
}
