namespace CultureTrack.Ingest;

/// <summary>A setting that cannot be used; the message names it and says what to do.</summary>
public sealed class UnusableSettingException(string message, Exception? inner = null) : Exception(message, inner);
