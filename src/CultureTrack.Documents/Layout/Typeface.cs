using System.Buffers.Binary;
using System.Text;
using PdfSharp.Drawing;
using PdfSharp.Fonts;

namespace CultureTrack.Documents.Layout;

/// <summary>
/// The fonts of every document, shipped with the program: what a machine has installed changes no page. Widths come from the font files, so a text is
/// measured before there is a page to draw on.
/// </summary>
internal sealed class Typeface
{
    public static readonly Typeface Regular = new("Roboto-Regular"), Bold = new("Roboto-Bold"), Wide = new("DejaVuSans");

    // Horizontal metrics and character map of the TrueType file (ISO/IEC 14496-22, tables hmtx and cmap format 4 or 12).
    private readonly byte[] _file;
    private readonly Dictionary<int, int> _glyphs;
    private readonly Dictionary<double, XFont> _fonts = [];
    private readonly int _unitsPerEm, _metrics, _metricsCount;

    static Typeface() => GlobalFontSettings.FontResolver = new Shipped();

    private Typeface(string name)
    {
        Name = name;
        _file = Read(name);
        _unitsPerEm = U16(Table("head") + 18);
        _metricsCount = U16(Table("hhea") + 34);
        _metrics = Table("hmtx");
        _glyphs = CharacterMap();
    }

    public string Name { get; }

    public bool Has(Rune character) => _glyphs.ContainsKey(character.Value);

    public XFont At(double size)
    {
        if (!_fonts.TryGetValue(size, out var font)) _fonts[size] = font = new XFont(Name, size, XFontStyleEx.Regular);
        return font;
    }

    /// <summary>Width of a character the font has, in units of the font size.</summary>
    public double Advance(Rune character) =>
        (double)U16(_metrics + 4 * Math.Min(_glyphs.GetValueOrDefault(character.Value), _metricsCount - 1)) / _unitsPerEm;

    private Dictionary<int, int> CharacterMap()
    {
        var cmap = Table("cmap");
        var map = new Dictionary<int, int>();
        for (var i = 0; i < U16(cmap + 2); i++)
        {
            var table = cmap + (int)U32(cmap + 4 + 8 * i + 4);
            if (U16(table) == 4) Segments(table, map);
            else if (U16(table) == 12) Groups(table, map);
        }
        return map;
    }

    private void Segments(int table, Dictionary<int, int> map)
    {
        var segments = U16(table + 6) / 2;
        var (ends, starts) = (table + 14, table + 16 + 2 * segments);
        for (var s = 0; s < segments; s++)
            for (int c = U16(starts + 2 * s); c <= U16(ends + 2 * s) && c != 0xFFFF; c++)
            {
                var (delta, offsetAt) = (U16(starts + 2 * segments + 2 * s), starts + 4 * segments + 2 * s);
                var glyph = U16(offsetAt) == 0 ? (c + delta) & 0xFFFF : Pointed(offsetAt + U16(offsetAt) + 2 * (c - U16(starts + 2 * s)), delta);
                if (glyph != 0) map.TryAdd(c, glyph);
            }
    }

    private int Pointed(int at, int delta) => U16(at) is var glyph && glyph == 0 ? 0 : (glyph + delta) & 0xFFFF;

    private void Groups(int table, Dictionary<int, int> map)
    {
        for (var g = 0; g < (int)U32(table + 12); g++)
        {
            var group = table + 16 + 12 * g;
            for (var c = (int)U32(group); c <= (int)U32(group + 4); c++) map.TryAdd(c, (int)U32(group + 8) + c - (int)U32(group));
        }
    }

    private int Table(string tag)
    {
        for (var i = 0; i < U16(4); i++)
            if (Encoding.ASCII.GetString(_file, 12 + 16 * i, 4) == tag) return (int)U32(12 + 16 * i + 8);
        throw new InvalidOperationException($"{Name} has no table {tag}.");
    }

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(_file.AsSpan(at));
    private uint U32(int at) => BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(at));

    private static byte[] Read(string name)
    {
        using var stream = typeof(Typeface).Assembly.GetManifestResourceStream($"{name}.ttf") ?? throw new InvalidOperationException($"{name}.ttf is not embedded.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Gives the library the shipped files and nothing of the machine's.</summary>
    private sealed class Shipped : IFontResolver
    {
        public byte[]? GetFont(string faceName) => Read(faceName);
        public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(familyName);
    }
}
