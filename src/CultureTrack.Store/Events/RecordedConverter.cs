using System.Text.Json;
using System.Text.Json.Serialization;
using CultureTrack.Domain.Records;

namespace CultureTrack.Store.Events;

/// <summary>
/// Events are stored exactly as records are written everywhere else, whatever the store's own settings for documents are: the JSON in the table is the
/// envelope of the domain specification, and what the hash chain covers.
/// </summary>
public sealed class RecordedConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsAssignableTo(typeof(Recorded)) && !typeToConvert.IsAbstract;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Converter<>).MakeGenericType(typeToConvert))!;

    private sealed class Converter<T> : JsonConverter<T> where T : Recorded
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonSerializer.Deserialize<T>(ref reader, RecordJson.Options);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, RecordJson.Options);
    }
}
