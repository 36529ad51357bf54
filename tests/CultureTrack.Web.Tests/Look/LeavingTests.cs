using Bunit;
using CultureTrack.Web.Look;
using Microsoft.AspNetCore.Components;
using Shouldly;
using Xunit;

namespace CultureTrack.Web.Tests.Look;

/// <summary>Somebody goes on to another page before this one has read what it shows.</summary>
public sealed class LeavingTests : BunitContext
{
    private sealed class SlowPage : LabPage
    {
        [Parameter] public Task Slow { get; set; } = Task.CompletedTask;
        public Task Load { get; private set; } = Task.CompletedTask;

        protected override Task OnInitializedAsync() => Load = Read();

        private async Task Read()
        {
            await Slow;
            await Task.Delay(Timeout.Infinite, Closed);
        }
    }

    [Fact]
    public async Task A_page_that_is_left_while_it_reads_ends_quietly()
    {
        var slow = new TaskCompletionSource();
        var page = Render<SlowPage>(p => p.Add(x => x.Slow, slow.Task)).Instance;
        await DisposeComponentsAsync();
        slow.SetResult();
        // Cancelled is what the framework passes over; any other exception would replace the next page by an error.
        await Should.ThrowAsync<OperationCanceledException>(page.Load);
    }
}
