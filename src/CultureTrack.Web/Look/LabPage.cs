using System.Security.Claims;
using CultureTrack.Domain.Records;
using CultureTrack.Web.Lab;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace CultureTrack.Web.Look;

/// <summary>A page of the registers: who is signed in, the site, and a token that ends with the page.</summary>
public abstract class LabPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _closed = new();

    [CascadingParameter] public SiteContext Site { get; set; } = default!;
    [CascadingParameter] public Task<AuthenticationState> Auth { get; set; } = default!;

    protected CancellationToken Closed => _closed.Token;

    protected async Task<ClaimsPrincipal> Person() => (await Auth).User;

    protected async Task<bool> May<TEntry>() where TEntry : EventData => RoleWords.May<TEntry>(await Person());

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        // Cancelled and not disposed of: a load that is still under way asks for its token once more.
        _closed.Cancel();
    }
}
