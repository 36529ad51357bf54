using System.Collections.Immutable;

namespace CultureTrack.Domain.Batches;

/// <summary>
/// Collections of a state, always walked in the order of their ids: what is derived from them (worst vessel, lists, texts) must not depend on how a process
/// happens to hash.
/// </summary>
internal static class ById
{
    public static ImmutableSortedDictionary<string, T> None<T>() => ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
