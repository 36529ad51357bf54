using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Products;
using CultureTrack.Domain.Records;
using Shouldly;
using Xunit;

namespace CultureTrack.Domain.Tests.ProductTypes;

/// <summary>A site's own product type is looked through before it is registered: one thing is wrong, and it is named.</summary>
public sealed class ProductRuleTests
{
    private static readonly ProductType Sound = ProductRegister.BuiltIn["ADSC"] with { Code = "XYZ", Name = "A cell product" };
    private static readonly ExpiryRule Fresh = new(Storage.Fresh, 24, null, null, 2, 8, "2-8 °C");
    private static readonly TaskRule Task = new("X-1", "Look at {0}", TaskAnchor.Culture, 24, "MediumChanged", Roles.Technician, 1, 1);

    private static void Names(ProductType type, string field, string text)
    {
        var problem = ProductRules.Problems(type).ShouldHaveSingleItem();
        (problem.Field, problem.Text).ShouldSatisfyAllConditions(p => p.Field.ShouldBe(field), p => p.Text.ShouldContain(text));
    }

    private static void IsSound(ProductType type) => ProductRules.Problems(type).ShouldBeEmpty();

    private static Dictionary<string, IReadOnlyList<string>> Path(params (string From, string[] To)[] more)
    {
        var path = new Dictionary<string, IReadOnlyList<string>>(Sound.Path);
        foreach (var (from, to) in more) path[from] = to;
        return path;
    }

    private static Dictionary<string, string> Steps(params (string Step, string Phase)[] more)
    {
        var steps = new Dictionary<string, string>(Sound.Steps);
        foreach (var (step, phase) in more) steps[step] = phase;
        return steps;
    }

    [Theory]
    [InlineData("AB", true)]
    [InlineData("ABCDEF", true)]
    [InlineData("A", false)]
    [InlineData("ABCDEFG", false)]
    [InlineData("AB1", false)]
    [InlineData("ab", false)]
    public void A_code_is_two_to_six_capital_letters(string code, bool sound)
    {
        if (sound) IsSound(Sound with { Code = code });
        else Names(Sound with { Code = code }, "code", "2 to 6");
    }

    [Fact]
    public void Every_product_has_a_name_and_hours_that_are_not_negative()
    {
        Names(Sound with { Name = " " }, "name", "has a name");
        Names(Sound with { MinimumProcessHours = -0.1m }, "minimumProcessHours", "not negative");
        Names(Sound with { FillLeadHours = -0.1m }, "fillLeadHours", "not negative");
        IsSound(Sound with { MinimumProcessHours = 0, FillLeadHours = 0 });
    }

    [Fact]
    public void A_path_begins_somewhere_and_every_phase_of_it_is_reached_left_and_entered_by_a_step()
    {
        Names(Sound with { MaxRepeats = new Dictionary<string, int> { ["Nowhere"] = 2 } }, "maxRepeats", "Nowhere");
        Names(Sound with { MaxRepeats = new Dictionary<string, int> { ["Expansion"] = 0 } }, "maxRepeats", "Expansion");
        IsSound(Sound with { MaxRepeats = new Dictionary<string, int> { ["Expansion"] = 1 } });
        Names(Sound with { Path = Path(("Aside", ["Fill"])), Steps = Steps(("SheetMounted", "Aside")) }, "path", "Aside cannot be reached");
        ProductRules.Problems(Sound with { Path = Path(("", [])) }).ShouldContain(p => p.Field == "path" && p.Text.Contains("which phase comes first", StringComparison.Ordinal));
        var open = Sound with { Path = Path(("Fill", [.. Sound.Path["Fill"], "Mount"])), Steps = Steps(("SheetMounted", "Mount")) };
        Names(open, "path", "what follows Mount");
        IsSound(open with { Path = Path(("Fill", [.. Sound.Path["Fill"], "Mount"]), ("Mount", ["Mount"])) });
        Names(open with { Path = Path(("Fill", [.. Sound.Path["Fill"], "Mount"]), ("Mount", ["Mount"])), Steps = Sound.Steps }, "steps", "No step enters Mount");
    }

    [Theory]
    [InlineData("VesselsSeeded/Sheet", true)]
    [InlineData("VesselsSeeded/Sheet/2", true)]
    [InlineData("VesselsSeeded", false)]
    [InlineData("VesselsSeeded/Garden", false)]
    [InlineData("VesselsSeeded/Sheet/two", false)]
    [InlineData("VesselsSeeded/Sheet/-1", false)]
    [InlineData("VesselsSeeded/Sheet/1/1", false)]
    [InlineData("SheetMounted/Sheet", false)]
    [InlineData("ConsentRecorded", false)]
    public void A_step_is_an_event_that_moves_a_batch_and_a_seeding_names_its_purpose(string step, bool sound)
    {
        var type = Sound with { Steps = Steps((step, "Expansion")) };
        if (sound) IsSound(type);
        else Names(type, "steps", step);
    }

    [Fact]
    public void A_product_is_filled_from_what_a_step_leads_to()
    {
        Names(Sound with { FillsFrom = LifeState.Planned }, "fillsFrom", "Harvested or InProcess");
        IsSound(Sound with { FillsFrom = LifeState.InProcess });
        var steps = Steps();
        steps.Remove("HarvestPerformed");
        steps["SheetMounted"] = "Harvest";
        Names(Sound with { Steps = steps }, "fillsFrom", "Nothing brings the batch to Harvested");
        IsSound(Sound with { Steps = steps, FillsFrom = LifeState.InProcess });
        var unfilled = Steps(("Lyophilised", "Fill"));
        unfilled.Remove("FillPerformed");
        Names(Sound with { Steps = unfilled }, "steps", "Nothing is filled");
    }

    [Fact]
    public void A_product_starts_from_a_tissue_or_from_cells_of_another_batch()
    {
        Names(Sound with { Tissues = [] }, "tissues", "starts from nothing");
        IsSound(Sound with { Tissues = [], Steps = Steps(("SourceCellsAllocated", "Isolation")) });
        var steps = Steps(("SheetMounted", "Isolation"));
        foreach (var step in new[] { "IsolationPerformed", "CellsThawed" }) steps.Remove(step);
        steps["CellsFrozen"] = "Freeze";
        if (Sound.Path.ContainsKey("Thaw")) steps["AirLiftStarted"] = "Thaw";
        Names(Sound with { Steps = steps }, "steps", "Nothing takes cells into process");
    }

    [Fact]
    public void A_storage_has_one_expiry_after_the_fill_in_hours_or_in_months()
    {
        Names(Sound with { Expiry = [] }, "expiry", "hours or in months");
        Names(Sound with { Expiry = [Fresh with { Months = 1 }] }, "expiry", "hours or in months");
        Names(Sound with { Expiry = [Fresh with { Hours = null }] }, "expiry", "hours or in months");
        Names(Sound with { Expiry = [Fresh with { Hours = 0 }] }, "expiry", "after the fill");
        Names(Sound with { Expiry = [Fresh with { Hours = null, Months = 0 }] }, "expiry", "after the fill");
        Names(Sound with { Expiry = [Fresh with { AfterThawHours = 0 }] }, "expiry", "after the fill");
        Names(Sound with { Expiry = [Fresh with { StorageMinC = 8.1m }] }, "expiry", "lowest storage temperature");
        Names(Sound with { Expiry = [Fresh with { StorageText = "" }] }, "expiry", "as it stands on the label");
        Names(Sound with { Expiry = [Fresh, Fresh with { Hours = 12 }] }, "expiry", "listed twice");
        IsSound(Sound with { Expiry = [Fresh with { Hours = 0.5m, AfterThawHours = 0.5m, StorageMinC = 8 }, Fresh with { Form = ProductForm.Lyophilised }, Fresh with { Storage = Storage.Cryo }] });
    }

    [Fact]
    public void A_window_lies_between_two_events_and_has_a_bound()
    {
        StepWindow window = new("TissueReceived", "FillPerformed", 2, 2);
        IsSound(Sound with { Windows = [window, new("HarvestPerformed", "FillPerformed", MaxHours: 2), new("VesselsSeeded/Culture", "FillPerformed", MinDays: 1)] });
        Names(Sound with { Windows = [window with { Since = "Sunrise" }] }, "windows[0]", "Sunrise");
        Names(Sound with { Windows = [window, window with { Until = "VesselsSeeded/Garden" }] }, "windows[1]", "VesselsSeeded/Garden");
        Names(Sound with { Windows = [window with { MinDays = null, MaxDays = null }] }, "windows[0]", "no bound");
        Names(Sound with { Windows = [window with { MinDays = 2.1m }] }, "windows[0]", "above maxDays");
    }

    [Fact]
    public void A_task_hangs_on_an_event_is_done_by_one_and_is_somebodys()
    {
        IsSound(Sound with { Schedule = [Task with { LeadHours = 0, GraceHours = 0 }, Task with { RepeatHours = 0.1m }, Task with { Per = TaskAnchor.Step, After = "FillPerformed" }] });
        Names(Sound with { Schedule = [Task, Task with { CompletedBy = "Sunrise" }] }, "schedule[1]", "Sunrise");
        Names(Sound with { Schedule = [Task with { Per = TaskAnchor.Step }] }, "schedule[0]", "Nothing is no event");
        Names(Sound with { Schedule = [Task with { Per = TaskAnchor.Step, After = "Sunrise" }] }, "schedule[0]", "Sunrise");
        Names(Sound with { Schedule = [Task with { Role = "KING" }] }, "schedule[0]", "KING");
        Names(Sound with { Schedule = [Task with { LeadHours = -1 }] }, "schedule[0]", "not negative");
        Names(Sound with { Schedule = [Task with { GraceHours = -1 }] }, "schedule[0]", "not negative");
        Names(Sound with { Schedule = [Task with { RepeatHours = 0 }] }, "schedule[0]", "more than 0 h");
        foreach (var title in new[] { " ", "Look at {1}", "Look at }", "Look at {" }) Names(Sound with { Schedule = [Task with { Title = title }] }, "schedule[0]", "title is text");
    }

    [Fact]
    public void Bench_entries_and_label_texts_are_real_ones()
    {
        IsSound(Sound with { Events = ["MediumChanged"], ExposedFrom = "SerumFreeWashDone", LabelTexts = ["Keep cold"], ForbiddenTexts = ["living cells"] });
        Names(Sound with { Events = ["Sunrise"] }, "events", "Sunrise");
        Names(Sound with { ExposedFrom = "Sunrise" }, "exposedFrom", "Sunrise");
        Names(Sound with { LabelTexts = [" "] }, "labelTexts", "not empty");
        Names(Sound with { ForbiddenTexts = ["Yes", ""] }, "labelTexts", "not empty");
    }

    [Fact]
    public void Nothing_in_the_definition_is_null()
    {
        foreach (var type in new[]
                 {
                     Sound with { Expiry = [Fresh, null!] }, Sound with { Schedule = [null!] }, Sound with { Windows = [null!] }, Sound with { Events = [null!] },
                     Sound with { LabelTexts = [null!] }, Sound with { ForbiddenTexts = [null!] }, Sound with { BarredUses = [null!] },
                     Sound with { Path = Path(("Fill", null!)) }, Sound with { Path = Path(("Fill", [null!])) }, Sound with { Steps = Steps(("FillPerformed", null!)) },
                 })
            Names(type, "", "is null");
    }

    [Fact]
    public void The_way_without_culture_is_the_same_product_and_as_sound()
    {
        IsSound(Sound with { NotCultured = Sound });
        Names(Sound with { NotCultured = Sound with { Code = "ZYX" } }, "notCultured.code", "XYZ");
        Names(Sound with { NotCultured = Sound with { NotCultured = Sound } }, "notCultured.notCultured", "at most");
        Names(Sound with { NotCultured = Sound with { Events = [null!] } }, "notCultured", "is null");
        Names(Sound with { NotCultured = Sound with { Name = "" } }, "notCultured.name", "has a name");
    }
}
