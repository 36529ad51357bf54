using CultureTrack.Store.Events;
using Marten;

namespace CultureTrack.Grains.People;

/// <summary>Documents of accounts, sessions, tokens and the audit trail.</summary>
public sealed class PeopleStorage : IStoreFeature
{
    public void Configure(StoreOptions options)
    {
        options.Schema.For<UserAccount>().UseOptimisticConcurrency(true).UniqueIndex("user_email_once", u => u.NormalizedEmail!);
        options.Schema.For<UserSession>().Index(s => s.User);
        options.Schema.For<AccessToken>().Index(t => t.User);
        options.Schema.For<SigningRequest>().UseOptimisticConcurrency(true);
        options.Schema.For<SetupDone>();
        options.Schema.For<AuditEntry>().Index(a => a.At).Index(a => a.User!).Index(a => a.Target!);
        options.Schema.For<Roster>();
        options.Schema.For<IdempotentAnswer>().Index(a => a.At);
    }
}
