using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CultureTrack.Domain.Batches;
using CultureTrack.Domain.Records;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace CultureTrack.Grains.Hosting;

/// <summary>
/// How domain records cross between grains: as themselves inside one process, because they never change, and as JSON with the event type's name
/// between processes.
/// </summary>
public static class GrainSerialization
{
    public static void AddDomainSerialization(this IServiceCollection services)
    {
        services.AddSingleton<IGeneralizedCopier, ImmutableRecords>();
        services.AddSerializer(s => s.AddJsonSerializer(IsOurs, Json()));
    }

    private static bool IsOurs(Type type) =>
        type.Namespace?.StartsWith("CultureTrack.", StringComparison.Ordinal) == true && !type.IsAssignableTo(typeof(IAddressable));

    private static JsonSerializerOptions Json()
    {
        var resolver = new DefaultJsonTypeInfoResolver();
        resolver.Modifiers.Add(NameDerivedTypes);
        return new(RecordJson.Options) { TypeInfoResolver = resolver };
    }

    private static void NameDerivedTypes(JsonTypeInfo info)
    {
        Func<EventKind, Type>? derived =
            info.Type == typeof(Recorded) ? k => typeof(Recorded<>).MakeGenericType(k.DataType)
            : info.Type == typeof(EventData) ? k => k.DataType : null;
        if (derived is null) return;
        info.PolymorphismOptions = new();
        foreach (var kind in EventCatalogue.ByName.Values) info.PolymorphismOptions.DerivedTypes.Add(new(derived(kind), kind.StoredName));
    }

    private sealed class ImmutableRecords : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => IsOurs(type);
        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}
