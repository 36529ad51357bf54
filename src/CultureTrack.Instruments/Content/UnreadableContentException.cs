namespace CultureTrack.Instruments.Content;

/// <summary>The bytes are no usable text or workbook. Its message is shown to the person who brought the file.</summary>
internal sealed class UnreadableContentException(string message, Exception? cause = null) : Exception(message, cause);
