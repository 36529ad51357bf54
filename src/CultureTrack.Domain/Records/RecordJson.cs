using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CultureTrack.Domain.Records;

/// <summary>How records are written as JSON: in the store, on the wire and under a hash.</summary>
public static class RecordJson
{
    public static readonly JsonSerializerOptions Options = Configure(new(JsonSerializerDefaults.Web));

    /// <summary>An instant as records write it: ISO 8601 UTC with milliseconds.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString(InstantConverter.Format, CultureInfo.InvariantCulture);

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // First of all: a store may bring converters of its own that read whole numbers as another type and instants as dates.
        options.Converters.Insert(0, new ScalarConverter());
        options.Converters.Insert(0, new InstantConverter());
        options.Converters.Add(new JsonStringEnumConverter());
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.RespectRequiredConstructorParameters = false;
        return options;
    }
}

/// <summary>Instants as ISO 8601 UTC with milliseconds, always the same text for the same instant.</summary>
public sealed class InstantConverter : JsonConverter<DateTimeOffset>
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private const int WrittenLength = 24;

    // As it is written, which nearly every one is: read without making a text of it.
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader is { TokenType: JsonTokenType.String, HasValueSequence: false, ValueSpan: { Length: WrittenLength } text } && text[^1] == 'Z' && reader.TryGetDateTimeOffset(out var written) ? written
        : EventReader.TryInstant(reader.GetString(), out var at) ? at : throw new JsonException("Not an ISO 8601 instant with offset.");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
}

/// <summary>Members of type <see cref="object"/> hold a number (decimal), a text, true, false or null; nothing else.</summary>
public sealed class ScalarConverter : JsonConverter<object>
{
    public override object? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.GetDecimal(),
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        var other => throw new JsonException($"A scalar is expected, not {other}."),
    };

    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
    {
        if (value is DateTimeOffset at) JsonSerializer.Serialize(writer, at, options);
        else JsonSerializer.Serialize(writer, value, value.GetType(), options);
    }
}
