namespace CultureTrack.Web;

/// <summary>Anchor of the resource files <c>Words.*.resx</c>: every text a person reads on a page. The English text is the key.</summary>
public sealed class Words;
