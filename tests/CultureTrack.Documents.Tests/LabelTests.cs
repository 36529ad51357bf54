using System.Text;
using System.Text.RegularExpressions;
using CultureTrack.Documents.Labels;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Tests.Release;
using Shouldly;
using UglyToad.PdfPig;
using Xunit;
using ZXing;
using ZXing.Common;
using ZXing.Datamatrix;

namespace CultureTrack.Documents.Tests;

/// <summary>Labels: what the rule of C-03 demands is what the software prints, the code reads back, and nothing typed steers a printer.</summary>
public sealed class LabelTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 19, 9, 30, 0, TimeSpan.Zero);

    private static IReadOnlyList<ContainerLabel> Labels(Story story, params string[] ids) => LabelSheet.Of(story.State, LabelWording.Of(story.State, story.Facts), ids, "Main laboratory", null);

    [Fact]
    public void What_is_printed_is_what_the_record_demands_of_labels()
    {
        var growing = WorkedBatches.AdscGrowing();
        growing.Refusals("04-28 14:30", "tech01", new LabelsPrinted(["A-1"], 1, LabelWording.Of(growing.State, growing.Facts).Texts, false)).ShouldBeEmpty();
        var sheets = LabelWording.Of(WorkedBatches.CeaSubmitted().State, WorkedBatches.CeaSubmitted().Facts);
        sheets.Statements.ShouldBe(["FOR AUTOLOGOUS USE ONLY", "NOT EVALUATED FOR INFECTIOUS SUBSTANCES", "STERILITY TEST PENDING", "Xenotransplantation product: made with murine feeder cells"]);
        (sheets.Patient, sheets.Din, sheets.Storage).ShouldBe(("PT-0001 1984-06-02", "DIN A999926000001", "Store at 15-25 °C"));
    }

    [Fact]
    public void A_filled_container_shows_contents_and_expiry_and_one_before_the_fill_has_lines_to_write_on()
    {
        var filled = Labels(WorkedBatches.AdscSubmitted(), "ADSC-26-0007-01").Single();
        (filled.Quantity, filled.Expiry).ShouldBe(("2 mL, 40\u2009000\u2009000 viable cells", "EXPIRES 2026-04-29 14:40 +00:00 (UTC)"));
        var spare = Labels(WorkedBatches.AdscSubmitted(), "SPARE-1").Single();
        (spare.Quantity, spare.Expiry).ShouldBe((null, filled.Expiry));
        var before = Labels(WorkedBatches.AdscGrowing(), "ADSC-26-0007-01").Single();
        before.Quantity.ShouldBeNull();
        before.Expiry.ShouldStartWith("EXPIRES 24 h AFTER FILLING. Filled: ____");
    }

    [Fact]
    public void The_sheet_of_labels_has_a_page_a_label_and_copy_with_all_texts()
    {
        var labels = Labels(WorkedBatches.CeaSubmitted(), "CEA-26-0001-01", "CEA-26-0001-02");
        using var pdf = PdfDocument.Open(LabelPdf.Write(labels, 2, At));
        pdf.NumberOfPages.ShouldBe(4);
        var text = string.Join(' ', pdf.GetPage(1).GetWords().Select(w => w.Text));
        foreach (var said in labels[0].Statements.Append("PT-0001 1984-06-02").Append("DIN A999926000001").Append("Store at 15-25 °C").Append("40 mL, 58 cm²").Append("EXPIRES 2026-03-20 10:00 +00:00 (UTC)")) text.ShouldContain(said);
        LabelPdf.Write(labels, 2, At).ShouldBe(LabelPdf.Write(labels, 2, At));
    }

    [Theory]
    [InlineData("CEA-26-0001-01")]
    [InlineData("x")]
    [InlineData("BMMSC-26-1234/Bag_17|!#~^")]
    public void The_code_reads_back_as_the_id(string id)
    {
        var matrix = LabelPdf.Encode(id);
        const int scale = 6, quiet = 12;
        var (width, height) = (matrix.Width * scale + 2 * quiet, matrix.Height * scale + 2 * quiet);
        var image = new byte[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var (column, row) = ((x - quiet) / scale, (y - quiet) / scale);
                var inside = x >= quiet && y >= quiet && column < matrix.Width && row < matrix.Height;
                image[y * width + x] = inside && matrix[column, row] ? (byte)0 : (byte)255;
            }
        var read = new DataMatrixReader().decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(image, width, height, RGBLuminanceSource.BitmapFormat.Gray8))));
        read.ShouldNotBeNull().Text.ShouldBe(id);
    }

    [Fact]
    public void What_somebody_typed_never_becomes_a_command_of_the_printer()
    {
        var label = Labels(WorkedBatches.CeaSubmitted(), "CEA-26-0001-01").Single() with { Product = "Häutchen ^XZ^XA~JR_5E \\& end", Site = "~DY^FD" };
        var zpl = Encoding.UTF8.GetString(LabelZpl.Write([label], 3));
        zpl.ShouldStartWith("^XA\n^CI28\n");
        zpl.ShouldContain("^PQ3,0,1,Y\n^XZ\n");
        zpl.ShouldContain("_5EXZ_5EXA_7EJR_5F5E _5C_5C& end");
        zpl.ShouldContain("H_C3_A4utchen");
        zpl.Count(c => c == '~').ShouldBe(0);
        foreach (Match data in Regex.Matches(zpl, @"\^FD(.*?)\^FS", RegexOptions.Singleline)) data.Groups[1].Value.ShouldNotContain("^");
        Regex.Count(zpl, @"\^XA").ShouldBe(1);
        zpl.All(c => c < 128).ShouldBeTrue();
    }

    [Fact]
    public void Texts_that_do_not_fit_are_refused_and_not_cut()
    {
        var label = Labels(WorkedBatches.CeaSubmitted(), "CEA-26-0001-01").Single();
        var full = label with { Statements = [.. Enumerable.Repeat("A statement of a site that is long enough to fill more than half of a line", 9)] };
        Should.Throw<LabelOverflowException>(() => LabelPdf.Write([full], 1, At)).ContainerId.ShouldBe("CEA-26-0001-01");
        Should.Throw<LabelOverflowException>(() => LabelZpl.Write([full], 1));
    }

    [Theory]
    [InlineData("CEA-26-0001-01", true)]
    [InlineData("", false)]
    [InlineData("with blank", false)]
    [InlineData("Größe-1", false)]
    public void Only_what_a_scanner_gives_back_is_coded(string id, bool can) => ContainerLabel.CanBeCoded(id).ShouldBe(can);
}
