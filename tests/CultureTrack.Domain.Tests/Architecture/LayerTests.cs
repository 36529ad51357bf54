using System.Reflection;
using NetArchTest.Rules;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.Architecture;

/// <summary>Server > (Web, Ingest) > Grains > Store > Domain, beside it Instruments, Documents and Simulator over Domain: never the reverse.</summary>
public sealed class LayerTests
{
    static readonly Dictionary<string, string[]> Below = new()
    {
        ["Domain"] = [],
        ["Store"] = ["Domain", StandIn],
        ["Grains"] = ["Store", "Domain"],
        ["Instruments"] = ["Domain"],
        ["Simulator"] = ["Domain"],
        ["Documents"] = ["Domain"],
        ["Ingest"] = ["Grains", "Store", "Domain"],
        ["Web"] = ["Grains", "Store", "Domain", "Instruments", "Documents"],
        ["Server"] = ["Web", "Ingest", "Grains", "Store", "Domain", "Instruments", "Documents", "Simulator"],
    };

    // Stands in for a package some registries lack; infra/nuget says why and when it goes.
    const string StandIn = "Patched.DistributedLock.Postgres";

    [Fact]
    public void Every_source_project_is_placed_in_the_layers() =>
        Repository.Projects("src").Keys.ShouldBe(Below.Keys, ignoreOrder: true, "a new project needs a place in the layers and a decision record");

    [Fact]
    public void A_project_refers_only_to_what_lies_below_it()
    {
        var wrong = from project in Repository.Projects("src").Values
                    from reference in project.References
                    where !Below.GetValueOrDefault(project.Name, []).Contains(reference)
                    select $"{project.Name} refers to {reference}";

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Assemblies_use_only_what_lies_below_them()
    {
        Assembly[] assemblies = [DomainAssembly, Assembly.Load("CultureTrack.Instruments"), Assembly.Load("CultureTrack.Simulator"), Assembly.Load("CultureTrack.Documents")];
        var wrong = from assembly in assemblies
                    let name = Repository.ShortName(assembly.GetName().Name + ".dll")
                    from used in assembly.GetReferencedAssemblies()
                    where used.Name!.StartsWith("CultureTrack.", StringComparison.Ordinal)
                    where !Below[name].Contains(Repository.ShortName(used.Name + ".dll"))
                    select $"{name} uses {used.Name}";

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void The_domain_knows_only_DotNet_and_its_mathematics()
    {
        DomainAssembly.GetReferencedAssemblies().Select(used => used.Name!)
            .Where(name => name != "MathNet.Numerics" && !IsBaseLibrary(name)).ShouldBeEmpty();

        var project = Repository.Projects("src")["Domain"];
        project.Packages.ShouldBe(["MathNet.Numerics"]);
        project.Frameworks.ShouldBeEmpty("a framework would bring hosting and logging into the rules");
    }

    [Fact]
    public void The_domain_does_no_input_or_output_and_holds_no_threads()
    {
        string[] outside = ["System.IO.File", "System.IO.Directory", "System.IO.FileStream", "System.Net", "System.Data",
            "System.Diagnostics.Process", "System.Threading.Thread", "System.Threading.Timer", "System.Console"];

        var result = Types.InAssembly(DomainAssembly).ShouldNot().HaveDependencyOnAny(outside).GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty();
    }

    static Assembly DomainAssembly => Assembly.Load("CultureTrack.Domain");

    static bool IsBaseLibrary(string name) => name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard" or "mscorlib";
}
